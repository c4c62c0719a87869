/// Times as the public tools write them: `2022-03-17T19:14:15.002530`, in UTC.
///
/// They take the time for a binary fraction of seconds, which has no room for nanoseconds: the
/// microseconds are those of that fraction, rounded half to even, and are left out where they are
/// 0. The text is therefore a little off; `ts_uts` is exact.
struct UTCClock: Sendable {
    /// `2022-03-17T19:14:15.`: of the time that was last asked for.
    private(set) var wholeSeconds = [UInt8](repeating: 0, count: 20)
    /// The second that it stands for.
    private var second = Int64.min

    /// Makes `wholeSeconds` that of a time.
    ///
    /// - Parameter time: nanoseconds since the epoch.
    /// - Returns: its microseconds.
    mutating func set(_ time: Int64) -> UInt32 {
        let seconds = Double(time) / 1e9
        var whole = Int64(seconds)
        // Behind 2^52 there is no room for a fraction: adding it rounds, half to even.
        let shift = 0x1.8p52
        var micros = Int64(((seconds - Double(whole)) * 1e6 + shift) - shift)
        if micros >= 1_000_000 {
            micros -= 1_000_000
            whole += 1
        } else if micros < 0 {
            micros += 1_000_000
            whole -= 1
        }
        if whole != second { begin(whole) }
        return UInt32(truncatingIfNeeded: micros)
    }

    /// A time as it is written.
    mutating func text(_ time: Int64) -> [UInt8] {
        let micros = set(time)
        if micros == 0 { return wholeSeconds.dropLast() }
        let digits = Array(String(micros).utf8)
        return wholeSeconds + Array(repeating: UInt8(ascii: "0"), count: 6 - digits.count) + digits
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
        wholeSeconds[4] = UInt8(ascii: "-")
        pair(month, at: 5)
        wholeSeconds[7] = UInt8(ascii: "-")
        pair(day, at: 8)
        wholeSeconds[10] = UInt8(ascii: "T")
        pair(time / 3600, at: 11)
        wholeSeconds[13] = UInt8(ascii: ":")
        pair(time / 60 % 60, at: 14)
        wholeSeconds[16] = UInt8(ascii: ":")
        pair(time % 60, at: 17)
        wholeSeconds[19] = UInt8(ascii: ".")
    }

    private mutating func pair(_ value: Int64, at place: Int) {
        wholeSeconds[place] = 0x30 + UInt8(truncatingIfNeeded: value / 10)
        wholeSeconds[place + 1] = 0x30 + UInt8(truncatingIfNeeded: value % 10)
    }

    private static func floorDivided(
        _ value: Int64, _ divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
