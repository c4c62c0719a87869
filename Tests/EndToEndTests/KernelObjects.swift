import ContainerHarness
import Foundation

/// BPF programs, maps and links that a process holds, as bpftool lists them.
struct KernelObjects {
    /// `prog 12`, `map 7`, `link 3`.
    private(set) var names: Set<String> = []

    /// Those that exist, or those that the process holds.
    init(of pid: Int32? = nil) throws {
        for kind in ["prog", "map", "link"] {
            let result = try Command.run(["bpftool", "--json", kind, "show"])
                .expectSuccess("bpftool \(kind) show")
            let list = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
            for object in list as? [[String: Any]] ?? [] {
                guard let id = object["id"] as? Int else { continue }
                let holders = (object["pids"] as? [[String: Any]] ?? []).compactMap {
                    $0["pid"] as? Int
                }
                if pid == nil || holders.contains(Int(pid ?? 0)) { names.insert("\(kind) \(id)") }
            }
        }
    }

    /// Those of these that are still there; the kernel frees some a moment after their last use.
    func left(timeout: Double = 10) throws -> Set<String> {
        let deadline = Date(timeIntervalSinceNow: timeout)
        while true {
            let left = try KernelObjects().names.intersection(names)
            if left.isEmpty || Date() > deadline { return left }
            usleep(100_000)
        }
    }
}
