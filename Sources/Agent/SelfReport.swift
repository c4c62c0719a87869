internal import Foundation
public import Kernel

/// What is left to a process of Loadline's own, and what should be.
public struct SelfReport: Codable, Sendable {
    public struct Kept: Codable, Sendable {
        public var name: String
        public var reason: String
    }

    public var state: PrivilegeState
    public var kept: [Kept]
    /// What it has beyond that; empty: it is confined.
    public var problems: [String]

    /// - Parameter process: nil: this one, which is confined as an agent is.
    public static func make(of process: UInt32?) throws -> SelfReport {
        guard let process else {
            try Requirements.check()
            try Confinement.enter(.agent)
            return try SelfReport(UInt32(ProcessInfo.processInfo.processIdentifier))
        }
        return try SelfReport(process)
    }

    private init(_ process: UInt32) throws {
        guard let state = PrivilegeState(ofProcess: process) else {
            throw Node.Refusal(description: "there is no process \(process)")
        }
        self.state = state
        kept = Privileges.kept.map { Kept(name: $0.name, reason: $0.reason) }
        let names = Set(kept.map(\.name))
        let sets = state.capabilities
        problems = []
        for (set, held) in [
            ("effective", sets.effective), ("permitted", sets.permitted),
            ("inheritable", sets.inheritable), ("ambient", sets.ambient),
        ] {
            let more = held.filter { set == "inheritable" || !names.contains($0) }
            if !more.isEmpty { problems.append("\(set) capabilities: \(Self.short(more))") }
        }
        if state.seccomp != "filter" { problems.append("no filter of system calls") }
        if !state.noNewPrivileges { problems.append("it may gain privileges by executing") }
        if state.differingThreads > 0 {
            problems.append("\(state.differingThreads) threads have other rights than the first")
        }
    }

    public var isConfined: Bool { problems.isEmpty }

    public var lines: [String] {
        let sets = state.capabilities
        return [
            "process \(state.pid) (\(state.program)), \(state.threads) threads",
            "  permitted         \(Self.short(sets.permitted))",
            "  effective         \(Self.short(sets.effective))",
            "  inheritable       \(Self.short(sets.inheritable))",
            "  ambient           \(Self.short(sets.ambient))",
            "  bounding          \(Self.short(sets.bounding))",
            "  no_new_privs      \(state.noNewPrivileges ? "yes" : "no")",
            "  seccomp           \(state.seccomp), filters: \(state.seccompFilters)", "",
            "what an agent keeps, and what fails without it",
        ]
            + kept.map {
                "  \($0.name)\(String(repeating: " ", count: max(1, 20 - $0.name.count)))\($0.reason)"
            } + [""]
            + (isConfined
                ? ["confined: it has no more than that"] : problems.map { "TOO MUCH: \($0)" })
    }

    private static func short(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        return names.count > 12 ? "\(names.count) of them" : names.joined(separator: " ")
    }

    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
