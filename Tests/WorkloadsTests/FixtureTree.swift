import Foundation

/// A machine's root file system in a temporary directory, with the files that a test writes.
final class FixtureTree {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "workloads-fixture-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ path: String, _ content: String) throws {
        let full = root + path
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try content.write(toFile: full, atomically: false, encoding: .utf8)
        // Nothing began just now.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -60)],
            ofItemAtPath: (full as NSString).deletingLastPathComponent)
    }

    func link(_ path: String, to target: String) throws {
        let full = root + path
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: target)
    }

    /// A running process: field 22 of its stat is `startTicks`.
    func process(_ pid: Int, startTicks: UInt64 = 4242, cgroup: String = "/") throws {
        let zeros = Array(repeating: "0", count: 18).joined(separator: " ")
        try write("/proc/\(pid)/stat", "\(pid) (a b) c) S \(zeros) \(startTicks) 0 0\n")
        try write("/proc/\(pid)/cgroup", "3:cpuset:/x\n0::\(cgroup)\n")
    }
}

/// A 64-digit id that begins with `prefix`.
func longID(_ prefix: String) -> String {
    prefix + String(repeating: "0", count: 64 - prefix.count)
}
