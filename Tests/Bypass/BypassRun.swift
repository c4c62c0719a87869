import ContainerHarness
import Foundation

/// What became of one bypass on one kernel.
struct BypassResult: Codable {
    enum Outcome: String, Codable {
        case denied
        case killed
        /// It went through, and its process was killed for it at once: it is not stopped.
        case killedAfter = "killed after effect"
        /// It went through and was said, and that is written down.
        case flagged
        /// It went through without a word, and that is written down.
        case open
        /// It is no way around, and went through without a word.
        case allowed
        /// It was tried, and this kernel cannot do it.
        case absent = "not there"
        /// It went through, was stopped by something else, could not be tried, or is other than
        /// it is written down.
        case failed
    }

    var group: String
    var name: String
    var summary: String
    var outcome: Outcome
    /// What was seen, or why it is open.
    var detail: String
    /// The same act went through, and nothing was said, under a profile that has it; nil: that
    /// was not tried.
    var isTwinAllowed: Bool?
}

/// All bypasses on this kernel: each is tried without loadline, under a profile that was learned
/// with it, and under one that was learned without. Without twins: under the last alone.
struct BypassRun {
    let loadline: String
    let mode: AttachMode
    let folder: String
    let scope: BypassScope
    let returns = SystemCallReturns()
    private let begin = Date()

    func say(_ text: String) {
        let seconds = Int(Date().timeIntervalSince(begin))
        FileHandle.standardError.write(Data("\(seconds) s: \(text)\n".utf8))
    }

    /// Says what took long: in an emulated kernel a case may take seconds.
    func timed<Result>(_ bypass: Bypass, _ body: () throws -> Result) throws -> Result {
        let begin = Date()
        defer {
            let seconds = Date().timeIntervalSince(begin)
            if seconds > 2 { say("  \(bypass.name): \(Int(seconds)) s") }
        }
        return try body()
    }

    static func all(_ service: PerlService) -> [Bypass] {
        let code = ServiceCode(service: service)
        return [
            ExecBypasses(code: code).all, FileBypasses(code: code).all,
            RingBypasses(code: code).all,
            HandedBypasses(code: code).all, NameBypasses(code: code).all,
            NetworkBypasses(code: code).all, IdentityBypasses(code: code).all,
            ActBypasses(code: code).all, LifecycleBypasses(code: code).all,
        ].flatMap { $0 }
    }

    /// - Parameter onResult: called with those so far, after each, where there are no twins: an
    ///   emulated kernel may be ended before its time.
    func run(onResult: ([BypassResult]) throws -> Void) throws -> [BypassResult] {
        let service = PerlService()
        let bypasses = try scope.select(Self.all(service))
        var options = ContainerOptions()
        // More than most containers have: an attacker who can do more is stopped all the same.
        options.capabilities += [
            "CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_NET_ADMIN",
            "CAP_SYS_MODULE",
        ]
        // How far it got can be read from outside an emulated kernel.
        say("the service starts")
        let container = try service.start(options: options)
        defer { container.delete() }
        let target = try AttackTarget(container, canary: service.canary)
        defer { target.close() }

        say("\(bypasses.count) ways around: a profile that was learned without them")
        let base = folder + "/base.yaml"
        let work = OrdinaryWork(code: ServiceCode(service: service), target: target)
        try learn(service, container, into: base, digests: "executables") { try work.run() }
        let (tried, twins) =
            scope.hasTwins
            ? try tryTwins(of: bypasses, service, container, target) : (bypasses, nil)
        say("held to the profile that does not")
        var soFar: [BypassResult] = []
        func note(_ bypass: Bypass, _ seen: Seen) throws {
            guard twins == nil else { return }
            soFar.append(judge(bypass, seen, isTwinAllowed: nil, nil))
            try onResult(soFar)
        }
        let text = try String(contentsOfFile: base, encoding: .utf8)
        let learned = "capability: deny, act: kill"
        guard text.contains(learned) else { throw HarnessError("\(base) does not say \(learned)") }
        var held: [String: Seen] = [:]
        for (answers, some) in Dictionary(grouping: tried, by: answers).sorted(by: {
            $0.key < $1.key
        }) {
            let profile = folder + "/answers.yaml"
            try text.replacing(learned, with: answers)
                .write(toFile: profile, atomically: true, encoding: .utf8)
            held.merge(try hold(service, container, target, some, profile, note)) { first, _ in
                first
            }
        }
        return bypasses.map { bypass in
            guard let seen = held[bypass.name] else {
                // Tried without loadline, and it did not happen.
                if let reason = bypass.lacking {
                    return result(bypass, .absent, reason, twin: true)
                }
                return result(
                    bypass, .failed, "the act did not work without loadline",
                    twin: twins == nil ? nil : false)
            }
            let twin = twins?[bypass.name].map { $0.effect.happened && $0.alerts.isEmpty }
            return judge(bypass, seen, isTwinAllowed: twin, twins?[bypass.name])
        }
    }

    /// What the profile answers to capabilities and acts where a way around is held to it. What
    /// others than acts do on their way (unshare, a capability) is told and let through, so that
    /// they are stopped by what they are about; and an act not for the capability that it takes,
    /// where a gate is to refuse it.
    private func answers(_ bypass: Bypass) -> String {
        switch bypass.attack.dimension {
        case .act where mode != .signal: "capability: alert, act: deny"
        case .act, .capability: "capability: deny, act: kill"
        default: "capability: alert, act: alert"
        }
    }

    /// Learns a profile that has them and holds the container to it.
    /// - Returns: those that work here, and what was seen of them under that profile.
    private func tryTwins(
        of bypasses: [Bypass], _ service: PerlService, _ container: RuncContainer,
        _ target: AttackTarget
    ) throws -> ([Bypass], [String: Seen]?) {
        say("without loadline")
        var tried: [Bypass] = []
        for bypass in bypasses {
            let effect = try timed(bypass) { try bypass.attack.run(target) }
            if effect.happened {
                tried.append(bypass)
            } else {
                say("  does not work here: \(bypass.name): \(effect)")
            }
            try restore(service, container, after: bypass)
        }
        guard scope.isAlone else {
            return (tried, try twins(of: tried, service, container, target))
        }
        var seen: [String: Seen] = [:]
        for bypass in tried {
            seen.merge(try twins(of: [bypass], service, container, target)) { first, _ in first }
        }
        return (tried, seen)
    }

    /// What is seen of them under one profile that was learned with all of them.
    private func twins(
        of bypasses: [Bypass], _ service: PerlService, _ container: RuncContainer,
        _ target: AttackTarget
    ) throws -> [String: Seen] {
        say("a profile that was learned with \(bypasses.count == 1 ? bypasses[0].name : "them")")
        let wide = folder + "/wide.yaml"
        // Programs that are planted differ each time.
        try learn(service, container, into: wide, digests: "none") {
            try OrdinaryWork(code: ServiceCode(service: service), target: target).run()
            for bypass in bypasses {
                _ = try bypass.attack.run(target)
                if scope.isAlone { try restore(service, container, after: bypass) }
            }
            // What a container of its own does is not learned of this one.
            if bypasses.contains(where: { $0.trouble == .busy }) {
                _ = try ServiceCode(service: service).run(LifecycleBypasses.deed, in: target)
            }
        }
        say("held to the profile that has them")
        return try hold(service, container, target, bypasses, wide)
    }

    private func judge(
        _ bypass: Bypass, _ seen: Seen, isTwinAllowed: Bool?, _ twin: Seen?
    ) -> BypassResult {
        let words = seen.alerts.prefix(2).map(\.description).joined(separator: "; ")
        let detail = words.isEmpty ? "\(seen.effect)" : words
        func failed(_ why: String) -> BypassResult {
            result(bypass, .failed, "\(why): \(detail)", twin: isTwinAllowed)
        }
        if let reason = bypass.lacking {
            guard !seen.effect.happened else {
                return failed("written down as not there, and works")
            }
            return result(bypass, .absent, reason, twin: isTwinAllowed)
        }
        if bypass.isOrdinary {
            guard seen.effect.happened, seen.alerts.isEmpty else {
                return failed("an ordinary act was stopped, or told of")
            }
            return result(bypass, .allowed, detail, twin: isTwinAllowed)
        }
        if let reason = bypass.open[mode] {
            let isLost = bypass.isRace && !seen.alerts.isEmpty
            guard seen.effect.happened || isLost else {
                return failed("written down as open, and stopped")
            }
            return result(
                bypass, seen.alerts.isEmpty ? .open : .flagged, reason, twin: isTwinAllowed)
        }
        // An act, or a change of a file's owner, and the capability that it takes are one:
        // whichever the kernel asks for first.
        let takesCapability = bypass.isOfAct || bypass.object != nil
        let own = seen.alerts.filter {
            $0.dimension == bypass.attack.dimension.rawValue
                || takesCapability && $0.dimension == "capability"
                || bypass.isOfAct && $0.dimension == "act"
                || isEarlier($0, bypass)
        }
        if let object = bypass.object,
            !own.contains(where: {
                $0.object == object || $0.dimension == "capability" || isEarlier($0, bypass)
            })
        {
            return failed("no alert names \(object)")
        }
        let isTwinRight = isTwinAllowed.map { $0 == (bypass.noTwin == nil) } ?? true
        if let reason = bypass.late[mode] {
            guard seen.effect.happened || bypass.isRace else {
                return failed("written down as late, and stopped")
            }
            guard seen.effect.wasEnded || !seen.effect.happened,
                own.contains(where: { $0.verdict == "killed" && $0.afterEffect == true })
            else { return failed("WENT THROUGH, \(seen.effect)") }
            guard isTwinRight else { return failed(twinWords(twin)) }
            return result(bypass, .killedAfter, reason, twin: isTwinAllowed)
        }
        // Whatever was said of it: who is killed afterwards has done it.
        if seen.effect.happened { return failed("WENT THROUGH, \(seen.effect)") }
        // What stops it is said of the act itself, and not of something that it did on the way.
        // Gates refuse a step before it; only in mode `signal` is its process killed for one that
        // was taken, which may be before the act and may be later.
        let verdicts = own.filter {
            $0.afterEffect != true || mode == .signal && isEarlier($0, bypass)
        }.map(\.verdict)
        guard verdicts.contains("killed") || verdicts.contains("denied") else {
            return failed("nobody says that the act was stopped")
        }
        guard isTwinRight else { return failed(twinWords(twin)) }
        let isDenied = own.contains { $0.dimension == "act" && $0.verdict == "denied" }
        if mode != .signal, bypass.attack.dimension == .act, isDenied == bypass.hasNoGate {
            return failed(isDenied ? "written down as without a gate" : "no gate has denied it")
        }
        return result(
            bypass, verdicts.contains("killed") ? .killed : .denied, detail, twin: isTwinAllowed)
    }

    /// Of a step before the act.
    private func isEarlier(_ alert: PrintedAlert, _ bypass: Bypass) -> Bool {
        alert.dimension == "file" && (bypass.opensToWrite || alert.object == bypass.earlier)
    }

    private func twinWords(_ twin: Seen?) -> String {
        let why = twin.map { "\($0.effect) \($0.alerts.prefix(2))" } ?? "not tried"
        return "its twin is other than it is written down, \(why)"
    }

    private func result(
        _ bypass: Bypass, _ outcome: BypassResult.Outcome, _ detail: String, twin: Bool?
    ) -> BypassResult {
        BypassResult(
            group: bypass.group, name: bypass.attack.name, summary: bypass.attack.summary,
            outcome: outcome, detail: detail, isTwinAllowed: twin)
    }
}
