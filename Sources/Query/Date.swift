/// Dates of the Gregorian calendar in UTC.
enum Date {
    /// Nanoseconds since the epoch of `2024-05-31`, `2024-05-31T23:59`, `2024-05-31T23:59:58` or
    /// `2024-05-31T23:59:58.123456789`, with or without a `Z` behind it, and with a blank for the T.
    ///
    /// - Returns: nil where the text is none of these, or the time does not fit.
    static func nanoseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        if rest.last == UInt8(ascii: "Z") { rest.removeLast() }
        guard let year = digits(&rest, 4), skip(&rest, "-"), let month = digits(&rest, 2),
            skip(&rest, "-"), let day = digits(&rest, 2), (1...12).contains(month),
            day >= 1, day <= length(of: month, year)
        else { return nil }
        var seconds = daysSinceEpoch(year, month, day) * 86400
        var fraction: Int64 = 0
        if !rest.isEmpty {
            guard skip(&rest, "T") || skip(&rest, " "), let hour = digits(&rest, 2),
                skip(&rest, ":"), let minute = digits(&rest, 2), hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
        }
        if !rest.isEmpty {
            guard skip(&rest, ":"), let second = digits(&rest, 2), second < 60 else { return nil }
            seconds += second
        }
        if !rest.isEmpty {
            guard skip(&rest, "."), (1...9).contains(rest.count) else { return nil }
            let places = rest.count
            guard let value = digits(&rest, places) else { return nil }
            fraction = value
            for _ in places..<9 { fraction *= 10 }
        }
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = whole.addingReportingOverflow(fraction)
        return overflows || overflowsToo ? nil : sum
    }

    private static func digits(_ rest: inout Substring.UTF8View, _ count: Int) -> Int64? {
        guard rest.count >= count else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(count) {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        rest = rest.dropFirst(count)
        return value
    }

    private static func skip(_ rest: inout Substring.UTF8View, _ sign: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == sign.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func length(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Years begin in March here, so that the day that is put in comes last.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}

/// Protocols that have a name in expressions.
enum Protocols {
    static func number(of name: String) -> Int64? {
        switch name.lowercased() {
        case "icmp": 1
        case "tcp": 6
        case "udp": 17
        case "icmp6": 58
        case "sctp": 132
        default: nil
        }
    }
}
