public import Foundation

/// The public reference traces, which lie beside the repository and not in it, with what the
/// official tools make of them.
public struct ReferenceTrace: CustomStringConvertible, Sendable {
    /// Its path below `traces/`.
    public var name: String
    public var description: String { name }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/sysflow").standardized

    public static let areMissing = !FileManager.default.fileExists(atPath: root.path())

    /// Those of which there are golden lines.
    public static let all: [ReferenceTrace] = {
        struct Stored: Decodable { var stored: String }
        guard let data = try? Data(contentsOf: root.appending(path: "MANIFEST.json")),
            let traces = try? JSONDecoder().decode([Stored].self, from: data)
        else { return [] }
        return traces.map { ReferenceTrace(name: $0.stored) }
            .filter { FileManager.default.fileExists(atPath: $0.golden.path()) }
    }()

    /// One trace by a part of its name that no other has.
    public static func named(_ part: String) -> ReferenceTrace {
        let found = all.filter { $0.name.contains(part) }
        precondition(found.count == 1, "\(part) is in \(found.count) names")
        return found[0]
    }

    public var url: URL { Self.root.appending(path: "traces/\(name)") }

    public func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

    /// What the official `sysprint -o flatjson` prints, line by line.
    public func goldenLines() throws -> [String] {
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-dc", golden.path()]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
            .filter { !$0.isEmpty }
    }

    /// The same as objects.
    public func goldenObjects() throws -> [[String: Any]] {
        try goldenLines().map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    private var golden: URL {
        let flat = name.replacing("/", with: "__")
        return Self.root.appending(path: "golden/\(flat).flat.ndjson.gz")
    }
}
