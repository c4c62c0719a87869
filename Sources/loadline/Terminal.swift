import Agent
import ArgumentParser
import Export
import Foundation

/// Output: results on stdout, everything else on stderr; colour and progress only on a terminal.
enum Terminal {
    static let hasColour =
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    static let hasProgress = isatty(STDERR_FILENO) == 1

    static func print(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static func note(_ line: String) {
        if hasProgress { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// A line that the next one replaces.
    static func progress(_ line: String) {
        guard hasProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K\(line)".utf8))
    }

    static func endProgress() { progress("") }

    static func bold(_ text: String) -> String { hasColour ? "\u{1b}[1m\(text)\u{1b}[0m" : text }

    static func duration(_ nanoseconds: UInt64?) -> String {
        nanoseconds.map { "\($0 / 1_000_000_000) s" } ?? "until stopped"
    }
}

/// Runs a command's body: a failure is one message on stderr and status 1.
func reporting(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let code as ExitCode {
        throw code
    } catch let error as ValidationError {
        throw error
    } catch {
        Terminal.endProgress()
        Terminal.note("loadline: error: \(error)")
        throw ExitCode(1)
    }
}
