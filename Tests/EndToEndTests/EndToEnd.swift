import ContainerHarness
import Foundation
import Testing

/// The real program on real containers, one test at a time: they share the machine.
@Suite(.serialized) enum EndToEnd {
    /// Seconds of learning; enforcing takes twice as long. LOADLINE_TEST_SECONDS shortens both.
    static var seconds: Int {
        ProcessInfo.processInfo.environment["LOADLINE_TEST_SECONDS"].flatMap { Int($0) } ?? 60
    }

    /// A directory for the files of one test.
    static func withFolder<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "loadline-e2e-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}

/// Runs blocking work side by side and throws the first failure.
func inParallel(_ bodies: [@Sendable () throws -> Void]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for body in bodies { group.addTask { try body() } }
        try await group.waitForAll()
    }
}
