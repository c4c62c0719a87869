internal import CLibcap
internal import Glibc

/// What a process may do, as the kernel says in /proc.
public struct PrivilegeState: Codable, Sendable {
    public struct Sets: Codable, Hashable, Sendable {
        public var effective: [String]
        public var permitted: [String]
        public var inheritable: [String]
        public var bounding: [String]
        public var ambient: [String]
    }

    /// Of one thread.
    private struct Fields: Hashable {
        var capabilities: Sets
        var hasNoNewPrivileges: Bool
        var mode: Int
        var filters: Int
    }

    public var pid: UInt32
    public var program: String
    public var capabilities: Sets
    public var noNewPrivileges: Bool
    /// `off`, `strict`, `filter`.
    public var seccomp: String
    /// How many filters; where the runtime of a container gave one, that one counts too.
    public var seccompFilters: Int
    public var threads: Int
    /// Threads that have other rights than the first.
    public var differingThreads: Int

    /// nil: there is no such process.
    public init?(ofProcess id: UInt32) {
        let lines = Self.lines("/proc/\(id)/status")
        guard !lines.isEmpty else { return nil }
        let first = Self.fields(lines)
        pid = id
        program = lines["Name"] ?? ""
        capabilities = first.capabilities
        noNewPrivileges = first.hasNoNewPrivileges
        seccomp =
            ["off", "strict", "filter"].indices.contains(first.mode)
            ? ["off", "strict", "filter"][first.mode] : "unknown"
        seccompFilters = first.filters
        let tasks = (try? BPFFileSystem.names(in: "/proc/\(id)/task")) ?? []
        let others = tasks.map { Self.lines("/proc/\(id)/task/\($0)/status") }
            .filter { !$0.isEmpty }.map(Self.fields)
        threads = others.count
        differingThreads = others.count { $0 != first }
    }

    /// Of the process that asks.
    public static var own: PrivilegeState? { PrivilegeState(ofProcess: UInt32(getpid())) }

    private static func lines(_ path: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in Files.text(path).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            found[String(line[..<colon])] = String(value)
        }
        return found
    }

    private static func fields(_ lines: [String: String]) -> Fields {
        Fields(
            capabilities: Sets(
                effective: names(lines["CapEff"]), permitted: names(lines["CapPrm"]),
                inheritable: names(lines["CapInh"]), bounding: names(lines["CapBnd"]),
                ambient: names(lines["CapAmb"])),
            hasNoNewPrivileges: lines["NoNewPrivs"] == "1",
            mode: lines["Seccomp"].flatMap { Int($0) } ?? 0,
            filters: lines["Seccomp_filters"].flatMap { Int($0) } ?? 0)
    }

    private static func names(_ digits: String?) -> [String] {
        let bits = digits.flatMap { UInt64($0, radix: 16) } ?? 0
        return (0..<Int32(64)).filter { bits & 1 << UInt64($0) != 0 }.map { bit in
            guard let text = unsafe cap_to_name(bit) else { return "\(bit)" }
            defer { _ = unsafe cap_free(text) }
            return unsafe String(cString: text).uppercased()
        }
    }
}
