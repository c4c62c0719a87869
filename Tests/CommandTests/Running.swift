import ContainerHarness
import Foundation
import Testing

/// Every way of ending is one message and a status.
@Suite(.serialized) enum CommandTests {
    /// A directory for the files of one test.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "loadline-command-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// The program fails with status 1 and says all of `parts`, in one error and no crash.
    static func expectFailure(
        _ arguments: [String], says parts: [String], by program: [String]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try Command.run(
            try (program ?? [LoadlineProgram.path()]) + arguments, timeout: 30)
        #expect(result.status == 1, "\(result)", sourceLocation: sourceLocation)
        #expect(!result.timedOut, sourceLocation: sourceLocation)
        #expect(result.stdout == "", sourceLocation: sourceLocation)
        #expect(
            result.stderr.hasPrefix("loadline: error: "), "\(result.stderr)",
            sourceLocation: sourceLocation)
        for part in parts {
            #expect(
                result.stderr.contains(part), "no \"\(part)\" in: \(result.stderr)",
                sourceLocation: sourceLocation)
        }
    }
}
