/// How a program ended and what it wrote.
public struct CommandResult: Sendable {
    /// The exit status; 128 + N where signal N ended it.
    public let status: Int32
    /// It was killed because its time was over.
    public let timedOut: Bool
    /// At most `Command.outputLimit` bytes each; the rest is dropped.
    public let stdout: String
    public let stderr: String

    /// Throws what the program said, unless it ended with status 0.
    @discardableResult
    public func expectSuccess(_ what: String) throws -> CommandResult {
        if status == 0, !timedOut { return self }
        let reason = timedOut ? "took too long" : "ended with status \(status)"
        let said = [stderr, stdout].joined(separator: " ").split(separator: "\n")
            .joined(separator: "; ")
        throw HarnessError("\(what) \(reason): \(said.prefix(500))")
    }
}
