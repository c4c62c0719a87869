import Foundation
import Testing

@testable import SysFlow

/// The reference traces, which lie beside the repository and not in it.
enum Fixtures {
    static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let root = packageRoot.appending(path: "../shared/sysflow").standardized
    static let areMissing = !FileManager.default.fileExists(atPath: root.path())

    struct Manifest: Decodable, CustomTestStringConvertible {
        var stored: String
        var codec: String
        var header: HeaderFields
        var unionBranches: Int
        var records: [String: Int]
        var total: Int

        struct HeaderFields: Decodable {
            var version: Int64
            var exporter: String
            var ip: String?
            var filename: String?
        }

        var testDescription: String { stored }
        var url: URL { root.appending(path: "traces/\(stored)") }
        /// What the public reader makes of it; absent where it cannot read it.
        var goldenURL: URL {
            let name = stored.replacing("/", with: "__")
            return root.appending(path: "golden/\(name).flat.ndjson.gz")
        }
        func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
    }

    static func manifest() -> [Manifest] {
        guard let data = try? Data(contentsOf: root.appending(path: "MANIFEST.json")) else {
            return []
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode([Manifest].self, from: data)) ?? []
    }

    static func trace(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: "traces/\(name)")))
    }
}

extension Record {
    var isEntity: Bool {
        switch self {
        case .header, .container, .process, .file, .pod: true
        default: false
        }
    }

    /// The published name of its kind.
    var kindName: String {
        switch self {
        case .header: "SFHeader"
        case .container: "Container"
        case .process: "Process"
        case .file: "File"
        case .processEvent: "ProcessEvent"
        case .networkFlow: "NetworkFlow"
        case .fileFlow: "FileFlow"
        case .fileEvent: "FileEvent"
        case .networkEvent: "NetworkEvent"
        case .processFlow: "ProcessFlow"
        case .pod: "Pod"
        case .kubernetesEvent: "K8sEvent"
        case .loss: "Loss"
        case .verdict: "Verdict"
        }
    }
}

func readAll(_ bytes: [UInt8]) throws -> [Record] {
    var reader = try RecordReader(bytes)
    var records: [Record] = []
    while let record = reader.next() { records.append(record) }
    return records
}
