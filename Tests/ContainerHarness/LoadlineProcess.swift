import Foundation

/// The real `loadline` program, run beside a test; all it says is kept.
public final class LoadlineProcess: Sendable {
    private let command: Command
    private let file: String

    public init(_ program: String, _ arguments: [String]) throws {
        file = NSTemporaryDirectory() + "loadline-output-" + UUID().uuidString
        command = try Command([program] + arguments, outputFile: file)
    }

    deinit {
        command.signal(SIGKILL)
        try? FileManager.default.removeItem(atPath: file)
    }

    /// Standard output and error so far.
    public var output: String {
        // It may be in the middle of writing a character.
        String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
    }

    /// The same, line by line, without one that is still being written.
    public var lines: [Substring] { output.wholeLines }

    /// Waits until the output has `text`.
    public func waitFor(_ text: String, timeout: Double = 120) throws {
        let end = Patience.deadline(timeout)
        while !output.contains(text) {
            guard Date() < end, command.isRunning else {
                throw HarnessError("loadline did not say \"\(text)\" but: \(output)")
            }
            usleep(20_000)
        }
    }

    /// Asks for an end as Ctrl-C does. Returns the exit status.
    public func stop(timeout: Double = 120) throws -> Int32 {
        command.signal(SIGINT)
        return try end(timeout: timeout)
    }

    /// Ends it without a word.
    public func kill() throws {
        command.signal(SIGKILL)
        _ = try end()
    }

    /// Waits for its own end. Returns the exit status.
    public func end(timeout: Double = 120) throws -> Int32 {
        let result = command.wait(timeout: timeout)
        if result.timedOut { throw HarnessError("loadline did not end: \(output)") }
        return result.status
    }

    public var isRunning: Bool { command.isRunning }

    public var processIdentifier: Int32 { command.pid }
}
