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
            guarantees: guarantees(mode, prepareExec: works("probe_prepare_exec")),
            attachMode: mode?.rawValue, verifiedInstructions: verified, pins: PinReport(pins))
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
        ["what works"]
            + checks.flatMap { check in
                Self.row(
                    (check.works ? "yes  " : "no   ") + check.name,
                    check.detail.split(separator: "\n").first.map(String.init) ?? "")
            }
            + ["", "attach mode: \(attachMode ?? "none")"]
            + guarantees.flatMap { one in
                let ways = one.waysAround.joined(separator: " ")
                return Self.row(one.dimension, "\(one.guarantee): \(one.how)")
                    + (ways.isEmpty ? [] : Self.row("", "of \(ways)"))
            }
            + [""] + pins.lines
    }

    /// What is longer than its column has a line of its own.
    private static func row(_ name: String, _ text: String) -> [String] {
        let room = nameWidth - name.count
        guard room >= 0 else { return ["  " + name] + row("", text) }
        return ["  " + name + String(repeating: " ", count: room) + "  " + text]
    }

    private static let nameWidth = 34

    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
