internal import Foundation

/// Times for people and machines; nanoseconds since the epoch in, UTC out.
public enum Timestamp {
    public static func iso8601(_ time: Int64) -> String {
        let (seconds, nanoseconds) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        let whole = date.formatted(.iso8601).dropLast()
        return "\(whole).\(zeros(nanoseconds / 1_000_000, 3))Z"
    }

    /// `HH:MM:SS.mmm`
    public static func clock(_ time: Int64) -> String {
        let milliseconds = time / 1_000_000
        let day = milliseconds % 86_400_000
        return "\(zeros(day / 3_600_000, 2)):\(zeros(day / 60_000 % 60, 2)):"
            + "\(zeros(day / 1000 % 60, 2)).\(zeros(day % 1000, 3))"
    }

    private static func zeros(_ value: Int64, _ width: Int) -> String {
        let digits = String(abs(value))
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
