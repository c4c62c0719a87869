import CLibbpf
import ContainerHarness
import Foundation

/// What a running agent holds, as the kernel tells it: for finding leaks.
struct KernelHoldings: Sendable, CustomStringConvertible {
    var descriptors = 0
    var programs: Set<Int> = []
    var maps: Set<Int> = []
    /// PolicyPrograms inside the maps of maps.
    var policies = 0
    /// Entries of `containers`.
    var containers = 0
    /// Entries of the flow tables, and those of processes that do not live.
    var flows = 0
    var deadFlows = 0
    var residentKiB = 0
    var cpuSeconds = 0.0

    /// Programs and maps alone are cheap, and asked without a writable map: where the agent keeps
    /// its maps from others, bpftool is refused.
    init(of process: Int32, counting: Bool = true) throws {
        try readDescriptors(process)
        guard counting else { return }
        for (name, id) in try Self.mapsByName(maps) {
            switch name {
            case _ where name.hasPrefix("policies_"): policies += try Self.entries(id).count
            case "containers": containers = try Self.entries(id).count
            case "file_flows": try countFlows(id)
            case "socket_flows": try countFlows(id)
            default: break
            }
        }
        residentKiB = try Self.field("VmRSS:", of: process)
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = fields[12...13].compactMap { Double($0) }.reduce(0, +)
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var description: String {
        "\(descriptors) descriptors, \(programs.count) programs, \(maps.count) maps, \(policies) "
            + "policies, \(containers) containers, \(flows) flows (\(deadFlows) of dead processes), "
            + "\(residentKiB) KiB resident, \(cpuSeconds) s of CPU"
    }

    private mutating func readDescriptors(_ process: Int32) throws {
        let folder = "/proc/\(process)/fdinfo"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            descriptors += 1
            let text = (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == ":" || $0.isWhitespace })
                guard words.count == 2, let id = Int(words[1]) else { continue }
                if words[0] == "map_id" { maps.insert(id) }
                if words[0] == "prog_id" { programs.insert(id) }
            }
        }
    }

    private mutating func countFlows(_ map: Int) throws {
        for entry in try Self.entries(map) {
            flows += 1
            // The key's bytes 8 to 11 are the thread group, in both tables.
            guard let key = entry["key"] as? [String], key.count >= 12 else {
                throw HarnessError("a flow without a key: \(entry)")
            }
            let bytes = key[8..<12].compactMap { UInt32($0.dropFirst(2), radix: 16) }
            let id = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | $1 }
            if kill(pid_t(id), 0) != 0 { deadFlows += 1 }
        }
    }

    /// Every map of this machine that is one of `ids`, by bpftool.
    private static func mapsByName(_ ids: Set<Int>) throws -> [(String, Int)] {
        try bpftool(["map", "show"]).compactMap { map in
            guard let id = map["id"] as? Int, ids.contains(id), let name = map["name"] as? String
            else { return nil }
            return (name, id)
        }
    }

    private static func entries(_ map: Int) throws -> [[String: Any]] {
        try bpftool(["map", "dump", "id", String(map)]).filter {
            // An empty place of a map of maps is listed with an error.
            ($0["value"] as? [String: Any])?["error"] == nil
        }
    }

    /// Programs and maps of the machine that are still there.
    static func remaining(programs: Set<Int>, maps: Set<Int>) -> Int {
        programs.count { isThere(bpf_prog_get_fd_by_id(UInt32($0))) }
            + maps.count { isThere(bpf_map_get_fd_by_id(UInt32($0))) }
    }

    private static func isThere(_ descriptor: Int32) -> Bool {
        if descriptor >= 0 { close(descriptor) }
        return descriptor != -ENOENT
    }

    private static func bpftool(_ arguments: [String]) throws -> [[String: Any]] {
        try RequiredTool.require(.bpftool)
        // It gives up in the middle where an object of somebody else's goes while it lists.
        for _ in 0..<20 {
            let result = try Command.run(["bpftool", "--json"] + arguments, timeout: 60)
            let json = try? JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
            if result.status == 0, let list = json as? [[String: Any]] { return list }
            usleep(100_000)
        }
        throw HarnessError("bpftool \(arguments.joined(separator: " ")) does not answer")
    }

    private static func field(_ name: String, of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        }
        throw HarnessError("no \(name) of \(process)")
    }
}
