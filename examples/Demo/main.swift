import ContainerHarness
import Foundation

// The main job, from learning to attacks, on a real nginx: `make demo`.
//
// Demo LOADLINE [LEARN-SECONDS [ENFORCE-SECONDS]]

guard CommandLine.arguments.count >= 2 else {
    FileHandle.standardError.write(Data("usage: Demo LOADLINE [SECONDS [SECONDS]]\n".utf8))
    exit(2)
}
let seconds = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }

do {
    let demo = Demo(
        loadline: CommandLine.arguments[1], learnSeconds: seconds.first ?? 20,
        enforceSeconds: seconds.dropFirst().first ?? 20)
    exit(try demo.run() ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("demo: failed: \(error)\n".utf8))
    exit(1)
}
