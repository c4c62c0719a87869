import ContainerHarness
import Foundation
import Workloads

/// BPF programs, maps and links by id: `prog 12`, `map 7`, `link 3`.
struct KernelObjects {
    private(set) var names: Set<String> = []

    /// Those that a process holds, as its descriptors say.
    init(of pid: Int32) throws {
        let directory = "/proc/\(pid)/fdinfo"
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let text = KernelFile.text(directory + "/" + descriptor) ?? ""
            // A link's says which program it holds, too.
            for kind in ["link", "map", "prog"] {
                let field = text.split(separator: "\n").first { $0.hasPrefix("\(kind)_id:") }
                guard let id = field?.split(whereSeparator: \.isWhitespace).last else { continue }
                names.insert("\(kind) \(id)")
            }
        }
    }

    /// All that exist, as bpftool lists them.
    private static func existing() throws -> Set<String> {
        var names: Set<String> = []
        for kind in ["prog", "map", "link"] {
            let result = try Command.run(["bpftool", "--json", kind, "show"])
                .expectSuccess("bpftool \(kind) show")
            let list = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
            for object in list as? [[String: Any]] ?? [] {
                if let id = object["id"] as? Int { names.insert("\(kind) \(id)") }
            }
        }
        return names
    }

    func there() throws -> Set<String> { try Self.existing().intersection(names) }

    /// Those of these that are still there; the kernel frees some a moment after their last use.
    func left(timeout: Double = 10) throws -> Set<String> {
        let deadline = Date(timeIntervalSinceNow: timeout)
        while true {
            let left = try there()
            if left.isEmpty || Date() > deadline { return left }
            usleep(100_000)
        }
    }
}
