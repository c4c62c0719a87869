import ContainerHarness

/// How the kernel is asked to hold a container; the names are `loadline doctor`'s.
enum AttachMode: String, Codable, CaseIterable {
    case signal
    case fmodRet = "fmod_ret"
    case lsm
}

/// One way around an enforcer, tried by the service's own process or by a foreign program.
struct Bypass: Sendable {
    /// The class in the catalogue of bypasses: `F1`.
    let group: String
    let attack: Attack
    /// Where it is known to go through, and why: it must be listed, and it must go through.
    private(set) var open: [AttachMode: String] = [:]
    /// It is won or lost against the agent: written down as open, or as late, it may be stopped all
    /// the same.
    private(set) var isRace = false
    /// Where nothing can keep it from taking effect, and why: its process must be killed for it.
    private(set) var late: [AttachMode: String] = [:]
    /// What the alert has to name, where one act could be told of under several names.
    private(set) var object: String?
    /// The file at which a step before the act may be stopped: one that changes names.
    private(set) var earlier: String?
    /// The open that makes or empties its file is a step before it, which mode `signal` cannot refuse.
    private(set) var opensToWrite = false
    /// Why no profile can allow the act, where none can.
    private(set) var noTwin: String?
    /// No way around: it must go through, and nothing be said of it.
    private(set) var isOrdinary = false
    /// Why this kernel cannot do the act, whoever asks for it.
    private(set) var lacking: String?
    /// An agent holds the container, and this befalls it first; nil: `watch` holds it.
    private(set) var trouble: AgentTrouble?

    /// An act that no security function is asked about: its process is killed when it returns.
    private(set) var hasNoGate = false

    /// Stopped at the act itself, or at the capability that it takes.
    var isOfAct: Bool { attack.dimension == .act || attack.dimension == .capability }

    var name: String { group + " " + attack.name }

    init(_ group: String, _ attack: Attack) {
        self.group = group
        self.attack = attack
    }

    func notCovered(in modes: [AttachMode] = AttachMode.allCases, _ reason: String) -> Bypass {
        var copy = self
        for mode in modes { copy.open[mode] = reason }
        return copy
    }

    func killedAfter(in modes: [AttachMode], _ reason: String) -> Bypass {
        var copy = self
        for mode in modes { copy.late[mode] = reason }
        return copy
    }

    func stoppedEverywhere() -> Bypass {
        var copy = self
        copy.late = [:]
        return copy
    }

    func naming(_ object: String?) -> Bypass {
        var copy = self
        copy.object = object
        return copy
    }

    func orStopped(earlierAt object: String) -> Bypass {
        var copy = self
        copy.earlier = object
        return copy
    }

    func openingToWrite() -> Bypass {
        var copy = self
        copy.opensToWrite = true
        return copy
    }

    func when(agentIs trouble: AgentTrouble) -> Bypass {
        var copy = self
        copy.trouble = trouble
        return copy
    }

    func ordinary() -> Bypass {
        var copy = self
        copy.isOrdinary = true
        return copy
    }

    static let noX32 = "the kernel is built without x32, or does not allow it"

    func needing(_ isThere: Bool, else reason: String) -> Bypass {
        var copy = self
        copy.lacking = isThere ? nil : reason
        return copy
    }

    func racing() -> Bypass {
        var copy = self
        copy.isRace = true
        return copy
    }

    func withoutGate() -> Bypass {
        var copy = self
        copy.hasNoGate = true
        return copy
    }

    func withoutTwin(_ reason: String) -> Bypass {
        var copy = self
        copy.noTwin = reason
        return copy
    }
}

/// Makes bypasses of code that the service is made to run: the value of the code is its reply.
struct ServiceCode {
    let service: PerlService

    func run(_ code: String, in target: AttackTarget) throws -> String {
        let hex = TinyProgram.hex(Array((PerlCalls.memory + code).utf8))
        return try service.request(["eval", hex], in: target.container)
    }

    /// The code shows the secret that only /etc/shadow holds.
    func reads(_ group: String, _ name: String, _ summary: String, _ code: String) -> Bypass {
        Bypass(
            group,
            Attack(name, .file, summary) { target in
                let reply = try run(code, in: target)
                return .byText(reply, has: target.canary.secret, what: "the secret was shown")
            })
    }

    /// The code executes something that prints what it is given in `$token`.
    func executes(
        _ group: String, _ name: String, _ summary: String, plant path: String? = nil,
        _ code: String
    ) -> Bypass {
        Bypass(
            group,
            Attack(name, .exec, summary) { target in
                let token = Canary.token()
                if let path { try target.plantProgram(path, printing: token) }
                defer { if let path { try? target.container.removeFile(path) } }
                let reply = try run("my $token = '\(token)'; " + code, in: target)
                return .byText(reply, has: token, what: "the program printed the token")
            })
    }

    /// The code writes `$token` into a file.
    func writes(
        _ group: String, _ name: String, _ summary: String, _ path: String, _ code: String
    ) -> Bypass {
        Bypass(
            group,
            Attack(name, .file, summary) { target in
                let token = Canary.token()
                return try target.writing(path, token) {
                    try run("my $token = '\(token)'; " + code, in: target)
                }
            })
    }

    /// The code sends `$token` to 127.0.0.1 port `$port`.
    func sends(
        _ group: String, _ name: String, _ summary: String,
        stoppedAs dimension: Attack.Dimension = .egress, _ code: String
    ) -> Bypass {
        Bypass(
            group,
            Attack(name, dimension, summary) { target in
                try target.egress {
                    try run(
                        "my ($token, $port) = ('\(Canary.token())', \(EgressListener.port)); "
                            + code, in: target)
                }
            })
    }

    /// The code does something whose success it says itself, with the word `done`, as nothing of
    /// it can be seen from outside.
    func does(
        _ group: String, _ dimension: Attack.Dimension, _ name: String, _ summary: String,
        _ code: String
    ) -> Bypass {
        Bypass(
            group,
            Attack(name, dimension, summary) { target in
                .byText(try run(code, in: target), has: "done", what: "the call succeeded")
            })
    }
}
