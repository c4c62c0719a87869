public import Foundation

/// How much longer everything is waited for than on an idle machine: `LOADLINE_PATIENCE=5` in an
/// emulated kernel, where loading a program takes seconds.
public enum Patience {
    public static let factor: Double = {
        let text = ProcessInfo.processInfo.environment["LOADLINE_PATIENCE"]
        return max(1, text.flatMap { Double($0) } ?? 1)
    }()

    /// When so many seconds, as an idle machine counts them, will be over.
    public static func deadline(_ seconds: Double) -> Date {
        Date(timeIntervalSinceNow: seconds * factor)
    }
}
