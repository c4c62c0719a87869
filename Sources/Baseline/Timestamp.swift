/// Times as people read them: ISO 8601, UTC, nanoseconds since the Unix epoch underneath.
enum Timestamp {
    private static let second: Int64 = 1_000_000_000

    /// `2026-11-21T20:00:00Z`, with a fraction only where there is one.
    static func text(_ nanoseconds: Int64) -> String {
        let seconds = floorDivide(nanoseconds, second)
        let days = floorDivide(seconds.quotient, 86_400)
        let (year, month, day) = civil(days.quotient)
        let clock = Int(days.remainder)
        let time = [clock / 3600, clock / 60 % 60, clock % 60].map { padded($0, 2) }
        let date = [padded(year, 4), padded(month, 2), padded(day, 2)].joined(separator: "-")
        return date + "T" + time.joined(separator: ":") + fraction(Int(seconds.remainder)) + "Z"
    }

    /// Reads what `text` writes; nil for any other text or a time that 64 bits cannot hold
    /// (before 1677, after 2262).
    static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        for (at, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
            guard bytes[at] == mark.utf8.first else { return nil }
        }
        guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            let nanoseconds = parseFraction(bytes[19..<(bytes.count - 1)]),
            (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
        // A negative time near the lower bound: borrow one second, so that no step overflows.
        let borrowed: Int64 = seconds < 0 ? 1 : 0
        let whole = (seconds + borrowed).multipliedReportingOverflow(by: Self.second)
        let total = whole.partialValue.addingReportingOverflow(
            Int64(nanoseconds) - borrowed * Self.second)
        return whole.overflow || total.overflow ? nil : total.partialValue
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func parseFraction(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let point = bytes.first else { return 0 }
        let digits = bytes.dropFirst()
        guard point == UInt8(ascii: "."), (1...9).contains(digits.count),
            var value = number(digits)
        else { return nil }
        for _ in digits.count..<9 { value *= 10 }
        return value
    }

    private static func fraction(_ nanoseconds: Int) -> String {
        if nanoseconds == 0 { return "" }
        var digits = padded(nanoseconds, 9)
        while digits.last == "0" { digits.removeLast() }
        return "." + digits
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Years are counted from March, so that the leap day is a year's last: a day's number in
    // its year is then a linear function of the month.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let y = month > 2 ? year : year - 1
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
