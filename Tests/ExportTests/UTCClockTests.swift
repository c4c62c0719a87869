import Testing

@testable import Export

struct UTCClockTests {
    /// What Python's `datetime.utcfromtimestamp(float(float(ts) / 1e9)).isoformat()` says.
    static let known: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00"),
        (499, "1970-01-01T00:00:00"),
        (500, "1970-01-01T00:00:00"),
        (501, "1970-01-01T00:00:00.000001"),
        (999_999_499, "1970-01-01T00:00:00.999999"),
        (999_999_500, "1970-01-01T00:00:01"),
        (1_531_776_682_020_689_243, "2018-07-16T21:31:22.020689"),
        (1_700_000_000_000_000_001, "2023-11-14T22:13:20"),
        (1_699_999_999_999_999_760, "2023-11-14T22:13:20"),
        (-1, "1970-01-01T00:00:00"),
        (-1500, "1969-12-31T23:59:59.999998"),
        (1_500_000_000_500_000, "1970-01-18T08:40:00.000500"),
        (4_102_444_799_999_999_999, "2100-01-01T00:00:00"),
        (951_782_400_123_456_789, "2000-02-29T00:00:00.123457"),
        (1_709_164_800_500_000_500, "2024-02-29T00:00:00.500000"),
        (.max, "2262-04-11T23:47:16.854776"),
        (.min, "1677-09-21T00:12:43.145224"),
        (-62_135_596_800, "1969-12-31T23:58:57.864403"),
        (1_582_934_400_000_000_000, "2020-02-29T00:00:00"),
        (68_169_600_999_999_999, "1972-02-29T00:00:01"),
    ]

    @Test func timesAreThoseOfPython() {
        var clock = UTCClock()
        // Forwards and backwards: what is kept of the last second must not matter.
        for (time, expected) in Self.known + Self.known.reversed() {
            #expect(text(clock.text(time)) == expected)
        }
    }

    @Test func aSecondIsWrittenAnewWhenItChanges() {
        var clock = UTCClock()
        #expect(text(clock.text(1_000_000_001_000)) == "1970-01-01T00:16:40.000001")
        #expect(text(clock.text(1_000_000_000_000)) == "1970-01-01T00:16:40")
        #expect(text(clock.text(1_000_999_999_000)) == "1970-01-01T00:16:40.999999")
        #expect(text(clock.text(1_001_000_000_000)) == "1970-01-01T00:16:41")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
