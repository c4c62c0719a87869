import Glibc

@testable import SysFlow

// What libFuzzer calls. `.ci/fuzz` compiles these files with the SysFlow module under its
// sanitizers; they are in no target of the package. One program holds all targets, and
// LOADLINE_FUZZ_TARGET names the one that runs.

/// A part of the reader, and what must hold of it for all bytes.
protocol FuzzTarget {
    /// A broken promise ends the program, and libFuzzer keeps the input.
    static func run(_ input: [UInt8])
    /// Inputs to begin with, beside the recorded traces.
    static var seeds: [[UInt8]] { get }
}

private let targets: [String: any FuzzTarget.Type] = [
    "reader": ReaderTarget.self, "blocks": BlocksTarget.self, "schema": SchemaTarget.self,
    "datagram": DatagramTarget.self,
]

private func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

private let chosen: any FuzzTarget.Type = {
    let name = environment("LOADLINE_FUZZ_TARGET") ?? ""
    guard let target = targets[name] else {
        broken("LOADLINE_FUZZ_TARGET is one of \(targets.keys.sorted())")
    }
    return target
}()

/// Says why and stops as a crash does.
func broken(_ reason: String) -> Never {
    let line = Array("BROKEN: \(reason)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    abort()
}

/// With LOADLINE_FUZZ_SEEDS=DIRECTORY it writes the target's seeds there and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    guard let folder = environment("LOADLINE_FUZZ_SEEDS") else { return 0 }
    for (number, seed) in chosen.seeds.enumerated() {
        guard let file = unsafe fopen("\(folder)/seed-\(number)", "w") else {
            broken("cannot write into \(folder)")
        }
        _ = unsafe fwrite(seed, 1, seed.count, file)
        _ = unsafe fclose(file)
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: data, count: size)
    chosen.run(unsafe Array(bytes))
    return 0
}
