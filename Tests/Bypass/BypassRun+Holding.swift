import ContainerHarness
import Foundation

/// The container under its profiles, held by `watch` or by an agent.
extension BypassRun {
    struct Seen {
        var effect: Effect
        var alerts: [PrintedAlert]
    }

    /// A killed worker is replaced; one that was traced or stopped goes on.
    func restore(
        _ service: PerlService, _ container: RuncContainer, after bypass: Bypass
    ) throws {
        for _ in 0..<50 {
            if (try? service.answers(in: container)) == true { return }
            usleep(100_000)
        }
        throw HarnessError(
            "the service is gone after \(bypass.name), state "
                + "\((try? container.state()) ?? "none"): \(container.output)")
    }

    /// What is never learned unless it is asked for: half of the ways around.
    private static let classes = [
        "written-code", "memfd-exec", "ptrace", "foreign-memory", "module", "bpf",
        "host-namespace", "runtime-socket",
    ]

    func learn(
        _ service: PerlService, _ container: RuncContainer, into profile: String,
        digests: String, _ work: () throws -> Void
    ) throws {
        let learn = try LoadlineProcess(
            loadline,
            [
                "learn", "--container", container.id, "--name", service.name, "--digests", digests,
                "-o", profile,
            ] + Self.classes.flatMap { ["--allow-class", $0] })
        try learn.waitFor("learning ")
        if returns.recorded == nil { returns.recorded = SystemCallReturns.cost() }
        try work()
        guard try learn.stop() == 0 else { throw HarnessError("learn: \(learn.output)") }
    }

    func hold(
        _ service: PerlService, _ container: RuncContainer, _ target: AttackTarget,
        _ bypasses: [Bypass], _ profile: String, _ note: (Bypass, Seen) throws -> Void = { _, _ in }
    ) throws -> [String: Seen] {
        guard !bypasses.isEmpty else { return [:] }
        var seen = try holdByAgent(
            service, container, target, bypasses.filter { $0.trouble != nil }, profile, note)
        let watch = try LoadlineProcess(
            loadline,
            [
                "watch", "--profile", profile, "--container", container.id, "--mode", "enforce",
                "--format", "json",
            ])
        try watch.waitFor("attach mode ")
        guard watch.output.contains("attach mode \(mode.rawValue)\n") else {
            throw HarnessError("it is not held in mode \(mode.rawValue): \(watch.output)")
        }
        if mode != .signal { try SystemCallReturns.waitForNone() }
        if returns.held == nil { returns.held = SystemCallReturns.cost() }
        for bypass in bypasses where bypass.trouble == nil {
            let before = try watch.alerts().count
            let effect = try timed(bypass) { try bypass.attack.run(target) }
            try restore(service, container, after: bypass)
            // What is said of it is said at once; a moment for the program to print it.
            let alerts = try watch.alerts(after: before, timeout: 0.5) { _ in true }
            seen[bypass.name] = Seen(effect: effect, alerts: alerts)
            try tell(bypass, Seen(effect: effect, alerts: alerts), note)
        }
        let status = try watch.stop()
        guard status == 0 || status == 3 else { throw HarnessError("watch: \(watch.output)") }
        return seen
    }

    private func tell(
        _ bypass: Bypass, _ seen: Seen, _ note: (Bypass, Seen) throws -> Void
    ) throws {
        try note(bypass, seen)
        // What is known where an emulated kernel ends before its report is written.
        let verdicts = seen.alerts.map(\.verdict).joined(separator: " ")
        if Patience.factor > 1 { say("  \(bypass.name): \(seen.effect); \(verdicts)") }
    }

    private func holdByAgent(
        _ service: PerlService, _ container: RuncContainer, _ target: AttackTarget,
        _ bypasses: [Bypass], _ profile: String, _ note: (Bypass, Seen) throws -> Void
    ) throws -> [String: Seen] {
        guard !bypasses.isEmpty else { return [:] }
        let agent = try AgentHold(
            loadline, container, mode: mode, profile: profile, folder: folder)
        var seen: [String: Seen] = [:]
        do {
            for bypass in bypasses {
                guard let trouble = bypass.trouble else { continue }
                let (effect, alerts) = try timed(bypass) {
                    try agent.during(trouble) { try bypass.attack.run(target) }
                }
                try restore(service, container, after: bypass)
                seen[bypass.name] = Seen(effect: effect, alerts: alerts)
                try tell(bypass, Seen(effect: effect, alerts: alerts), note)
            }
        } catch {
            try? agent.release()
            throw error
        }
        try agent.release()
        return seen
    }
}
