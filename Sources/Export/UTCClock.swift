/// Times as the public tools write them: `2022-03-17T19:14:15.002530`, in UTC.
///
/// They take the time for a binary fraction of seconds, which has no room for nanoseconds: the
/// microseconds are those of that fraction, rounded half to even, and are left out where they are
/// 0. The text is therefore a little off; `ts_uts` is exact.
struct UTCClock: Sendable {
    struct Text: Sendable {
        var bytes = [26 of UInt8](repeating: 0)
        var count = 0
    }

    /// The second that `text` begins with.
    private var second = Int64.min
    private var text = Text()

    /// - Parameter time: nanoseconds since the epoch.
    mutating func text(_ time: Int64) -> Text {
        let seconds = Double(time) / 1e9
        var whole = Int64(seconds)
        var micros = Int64(((seconds - Double(whole)) * 1e6).rounded(.toNearestOrEven))
        if micros >= 1_000_000 {
            micros -= 1_000_000
            whole += 1
        } else if micros < 0 {
            micros += 1_000_000
            whole -= 1
        }
        if whole != second { begin(whole) }
        guard micros != 0 else {
            text.count = 19
            return text
        }
        var rest = UInt32(truncatingIfNeeded: micros)
        for place in stride(from: 24, through: 20, by: -2) {
            let pair = UInt8(truncatingIfNeeded: rest % 100)
            rest /= 100
            text.bytes[place] = 0x30 + pair / 10
            text.bytes[place + 1] = 0x30 + pair % 10
        }
        text.count = 26
        return text
    }

    /// Years begin in March here, so that the day that leap years put in comes last.
    private mutating func begin(_ second: Int64) {
        self.second = second
        let (days, time) = Self.floorDivided(second, 86400)
        let (era, dayOfEra) = Self.floorDivided(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        pair(year / 100, at: 0)
        pair(year % 100, at: 2)
        text.bytes[4] = UInt8(ascii: "-")
        pair(month, at: 5)
        text.bytes[7] = UInt8(ascii: "-")
        pair(day, at: 8)
        text.bytes[10] = UInt8(ascii: "T")
        pair(time / 3600, at: 11)
        text.bytes[13] = UInt8(ascii: ":")
        pair(time / 60 % 60, at: 14)
        text.bytes[16] = UInt8(ascii: ":")
        pair(time % 60, at: 17)
        text.bytes[19] = UInt8(ascii: ".")
    }

    private mutating func pair(_ value: Int64, at place: Int) {
        text.bytes[place] = 0x30 + UInt8(truncatingIfNeeded: value / 10)
        text.bytes[place + 1] = 0x30 + UInt8(truncatingIfNeeded: value % 10)
    }

    private static func floorDivided(
        _ value: Int64, _ divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension OutputSpan<UInt8> {
    mutating func append(_ text: UTCClock.Text) {
        for i in 0..<text.count { append(text.bytes[i]) }
    }
}
