/// A state file that could not be used; the other files of its container still are.
public struct StateProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or directory, as it is named on this machine.
    public let path: String
    public let reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}
