internal import Foundation
internal import Kernel
public import Sensor
internal import Workloads

/// What this kernel and these privileges allow.
public struct Diagnosis: Codable, Sendable {
    public struct Check: Codable, Sendable {
        public var name: String
        public var works: Bool
        public var detail: String
    }

    public struct Guarantee: Codable, Sendable {
        public var dimension: String
        /// `prevented`, `killed before effect`, `seen only`, `not covered`.
        public var guarantee: String
        public var how: String
    }

    public var checks: [Check]
    public var guarantees: [Guarantee]
    /// `lsm`, `fmod_ret`, `signal`, or none.
    public var attachMode: String?
    /// Instructions that the kernel's verifier went through, by program.
    public var verifiedInstructions: [String: Int]
    /// What an agent pinned.
    public var pins: PinReport

    public var canEnforce: Bool { attachMode != nil }

    public static func make(pins: PinPlace = PinPlace(root: PinPlace.usualRoot)) -> Diagnosis {
        var checks = [privileges(), btf(), hierarchy()]
        let probes = Probe.all.map { probe in (probe, probe.run()) }
        for (probe, failure) in probes {
            checks.append(
                Check(name: probe.title, works: failure == nil, detail: failure ?? "fired"))
        }
        let works = { (program: String) in
            probes.contains { $0.0.program == program && $0.1 == nil }
        }
        let canSignal =
            works("probe_system_call") && works("probe_signal") && works("probe_fork")
            && works("probe_connect") && checks[1].works
        var sensor: String?
        var verified: [String: Int] = [:]
        if canSignal {
            do {
                verified = try Node().sensor.object.verifiedInstructions()
            } catch {
                sensor = "\(error)"
            }
        }
        checks.append(
            Check(
                name: "the sensor loads and attaches", works: canSignal && sensor == nil,
                detail: canSignal ? sensor ?? "all programs" : "not tried"))
        var mode: AttachMode?
        if canSignal, sensor == nil {
            mode = .strongest(where: works)
        }
        return Diagnosis(
            checks: checks,
            guarantees: guarantees(mode, prepareExec: works("probe_prepare_exec"))
                + (mode.map(ActGuarantees.all) ?? []),
            attachMode: mode?.rawValue, verifiedInstructions: verified, pins: PinReport(pins))
    }

    private static func guarantees(_ mode: AttachMode?, prepareExec: Bool) -> [Guarantee] {
        guard let mode else {
            return ["exec", "file", "egress", "listen", "capability", "act"].map {
                Guarantee(dimension: $0, guarantee: "not covered", how: "no attach mode works")
            }
        }
        return mode == .signal ? signalled(prepareExec: prepareExec) : gated(mode)
    }

    private static func names(_ mode: AttachMode) -> Guarantee {
        let dimension = "names and attributes: delete, rename, link, truncate, mode, owner"
        let missing = mode.missingNameHooks
        if mode == .signal {
            return Guarantee(
                dimension: dimension, guarantee: "seen only",
                how: "judged when the call has taken effect; then SIGKILL")
        }
        guard missing.isEmpty else {
            return Guarantee(
                dimension: dimension, guarantee: "seen only",
                how: "this kernel lacks security_" + missing.joined(separator: ", security_")
                    + "; what they are not asked is judged after its effect, then SIGKILL")
        }
        return Guarantee(
            dimension: dimension, guarantee: "prevented",
            how: mode == .lsm
                ? "EPERM by the BPF security module" : "EPERM by fmod_ret on security_*")
    }

    private static func signalled(prepareExec: Bool) -> [Guarantee] {
        [
            Guarantee(
                dimension: "exec", guarantee: "killed before effect",
                how: prepareExec
                    ? "SIGKILL before the old image is gone; no instruction of the new one runs"
                    : "SIGKILL before the first user instruction of the new image"),
            Guarantee(
                dimension: "file open", guarantee: "killed before effect",
                how: "SIGKILL before the call returns: nothing is read or written by it; an empty "
                    + "file that it made, or a file that it emptied, stays so"), names(.signal),
            Guarantee(
                dimension: "egress TCP, UDP", guarantee: "prevented", how: "EPERM by cgroup hooks"),
            Guarantee(
                dimension: "egress AF_PACKET, raw, SCTP, vsock", guarantee: "killed before effect",
                how: "their sockets are judged as acts when they are made"),
            Guarantee(dimension: "listen", guarantee: "prevented", how: "bind fails with EPERM"),
            Guarantee(
                dimension: "AF_UNIX connect by path, or to an abstract name outside",
                guarantee: "killed before effect", how: "SIGKILL before connect returns"),
            Guarantee(
                dimension: "AF_UNIX datagram without a connect",
                guarantee: AttachMode.judgesDatagrams ? "seen only" : "not covered",
                how: AttachMode.judgesDatagrams
                    ? "judged when it has arrived; then SIGKILL"
                    : "Linux tells of them from 6.3 on"),
        ]
    }

    /// What the modes beyond `signal` prevent.
    private static func gated(_ mode: AttachMode) -> [Guarantee] {
        let how = mode == .lsm ? "by the BPF security module" : "by fmod_ret on security_*"
        return [
            Guarantee(dimension: "exec", guarantee: "prevented", how: "EPERM \(how)"),
            Guarantee(
                dimension: "file open, mknod", guarantee: "prevented",
                how: "EPERM \(how), before a file is made or emptied"), names(mode),
            Guarantee(
                dimension: "egress of every IP protocol, raw and packet sockets among them",
                guarantee: "prevented", how: "EPERM \(how)"),
            Guarantee(
                dimension: "egress by vsock and other families", guarantee: "prevented",
                how: "their sockets are judged as acts when they are made"),
            Guarantee(dimension: "listen", guarantee: "prevented", how: "bind: EPERM \(how)"),
            Guarantee(
                dimension: "AF_UNIX connect and datagram, by path or to an abstract name outside",
                guarantee: "prevented", how: "EPERM \(how)"),
        ]
    }

    private static func privileges() -> Check {
        let problem = Requirements.privilegeProblem()
        return Check(
            name: "privileges", works: problem == nil, detail: problem ?? "all that are needed")
    }

    private static func btf() -> Check {
        let problem = Requirements.btfProblem()
        return Check(
            name: "kernel BTF", works: problem == nil, detail: problem ?? Requirements.btfPath)
    }

    private static func hierarchy() -> Check {
        do {
            let found = try CgroupHierarchy.find()
            return Check(name: "cgroup v2", works: true, detail: found.mountPoint)
        } catch {
            return Check(name: "cgroup v2", works: false, detail: "\(error)")
        }
    }

    public var lines: [String] {
        let width = (checks.map(\.name.count) + guarantees.map(\.dimension.count)).max() ?? 0
        let pad = { (text: String) in
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        return ["what works"]
            + checks.map { check in
                "  \(check.works ? "yes" : "no ")  \(pad(check.name))  "
                    + (check.detail.split(separator: "\n").first.map(String.init) ?? "")
            }
            + ["", "attach mode: \(attachMode ?? "none")"]
            + guarantees.map { "  \(pad($0.dimension))       \($0.guarantee): \($0.how)" }
            + [""] + pins.lines
    }

    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
