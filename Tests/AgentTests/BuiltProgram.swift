import ContainerHarness
import Foundation

/// The `loadline` that was built with these tests.
enum BuiltProgram {
    static func path() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["LOADLINE_PROGRAM"] { return path }
        let tests = (CommandLine.arguments[0] as NSString).standardizingPath
        let path = (tests as NSString).deletingLastPathComponent + "/loadline"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw HarnessError(
                "there is no \(path): build it with `swift build --build-tests`, or name it in "
                    + "LOADLINE_PROGRAM")
        }
        return path
    }
}
