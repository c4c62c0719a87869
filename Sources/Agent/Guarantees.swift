internal import Sensor

extension Diagnosis {
    /// What is done about deviations of one kind.
    public struct Guarantee: Codable, Sendable {
        public var dimension: String
        /// `prevented`, `killed before effect`, `seen only`, `not covered`.
        public var guarantee: String
        public var how: String
        /// The classes of ways around of which this is said, as docs/coverage.md numbers them.
        public var waysAround: [String]

        init(_ dimension: String, _ guarantee: Level, _ how: String, of waysAround: String) {
            self.dimension = dimension
            self.guarantee = guarantee.rawValue
            self.how = how
            self.waysAround = waysAround.split(separator: " ").map(String.init)
        }
    }

    enum Level: String {
        case prevented
        case killed = "killed before effect"
        case seen = "seen only"
        case notCovered = "not covered"
    }

    /// - Parameter prepareExec: the kernel tells of an exec before the old image is gone.
    static func guarantees(_ mode: AttachMode?, prepareExec: Bool) -> [Guarantee] {
        switch mode {
        case nil:
            ["exec", "file", "egress", "listen", "capability", "act"].map {
                Guarantee($0, .notCovered, "no attach mode works", of: "")
            }
        case .signal: signalled(prepareExec: prepareExec) + signalledActs + always
        case .fmodRet: gated(.fmodRet) + gatedActs + always
        case .lsm: gated(.lsm) + gatedActs + always
        }
    }

    private static let execs = "E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 E15 E16 E17 E18 E19 L4 N11"
    private static let files = "E1 E3 E12 E14 E15 F1 F2 F3 F6 F7 F8 L1 L8 L11 L12 T2"

    /// In every mode.
    private static let always = [
        Guarantee(
            "whose process it is: cgroups left, starts, no agent, a damaged profile", .prevented,
            "the kernel keeps identity, programs and profiles; a start waits for its profile",
            of: "L2 L3 L5 L10"),
        Guarantee(
            "a file that a process of the host opened and passed in", .notCovered,
            "recorded; who gave it could have read it out", of: "F3"),
        Guarantee(
            "what an allowed program does with what it may do", .notCovered,
            "no name and no address of it is new", of: ""),
    ]

    private static func names(_ mode: AttachMode) -> Guarantee {
        let dimension = "names and attributes: delete, rename, link, truncate, mode, owner"
        let missing = mode.missingNameHooks
        if mode == .signal {
            return Guarantee(
                dimension, .seen, "judged when the call has taken effect; then SIGKILL", of: "F4")
        }
        guard missing.isEmpty else {
            return Guarantee(
                dimension, .seen,
                "this kernel lacks security_" + missing.joined(separator: ", security_")
                    + "; what they are not asked is judged after its effect, then SIGKILL",
                of: "F4")
        }
        return Guarantee(
            dimension, .prevented,
            mode == .lsm ? "EPERM by the BPF security module" : "EPERM by fmod_ret on security_*",
            of: "F4")
    }

    private static func signalled(prepareExec: Bool) -> [Guarantee] {
        [
            Guarantee(
                "exec", .killed,
                prepareExec
                    ? "SIGKILL before the old image is gone; no instruction of the new one runs"
                    : "SIGKILL before the first user instruction of the new image", of: execs),
            Guarantee(
                "a program of unknown content that another process sends SIGCONT", .seen,
                "the agent kills it a moment later", of: "E2"),
            Guarantee(
                "file open", .killed,
                "SIGKILL before the call returns: nothing is read or written by it; an empty "
                    + "file that it made, or a file that it emptied, stays so",
                // What is changed by a descriptor is stopped where the file is opened.
                of: files + " F4"),
            names(.signal),
            AttachMode.tellsOfRingRequests
                ? Guarantee(
                    "names and direct opens by io_uring", .seen,
                    "judged by the agent when the kernel takes the request; then SIGKILL",
                    of: "F2 F4")
                : Guarantee(
                    "names and direct opens by io_uring", .notCovered,
                    "that a ring is used is an act; what it changes this kernel does not tell",
                    of: "F2 F4"),
            Guarantee(
                "egress TCP, UDP", .prevented, "EPERM by cgroup hooks",
                of: "N1 N2 N3 N6 N7 N9 N10 N12"),
            Guarantee(
                "egress on a connection that was passed in", .seen,
                "SIGKILL after the first bytes", of: "N10"),
            Guarantee(
                "egress AF_PACKET, raw, SCTP, vsock", .killed,
                "their sockets are judged as acts when they are made", of: "N4 N5"),
            Guarantee("listen", .prevented, "bind fails with EPERM", of: ""),
            Guarantee(
                "AF_UNIX connect by path, or to an abstract name outside", .killed,
                "SIGKILL before connect returns", of: "E15 N5"),
            AttachMode.judgesDatagrams
                ? Guarantee(
                    "AF_UNIX datagram without a connect", .seen,
                    "judged when it has arrived; then SIGKILL", of: "N5")
                : Guarantee(
                    "AF_UNIX datagram without a connect", .notCovered,
                    "Linux tells of them from 6.3 on", of: "N5"),
        ]
    }

    private static var signalledActs: [Guarantee] {
        [
            Guarantee("act: raw-socket", .prevented, "EPERM by a cgroup hook", of: "N4"),
            Guarantee(
                "act: ptrace, memory, namespaces, bpf, sockets", .killed,
                "SIGKILL before the call returns, and what it gave dies with its caller",
                of: "E13 E14 F2 F3 F5 L1 L6 N4 N5 T1"),
            Guarantee(
                "act: mount, module, machine, signal-outside", .seen,
                "SIGKILL before the call returns, but it has happened; alerts say so",
                of: "F5 L6 L9"),
            Guarantee(
                "a write by a descriptor that another program opened; a file that an open makes or "
                    + "empties", .seen,
                "SIGKILL before the call returns, but it has happened; alerts say so", of: "F3 F4"),
            Guarantee(
                "a descriptor shared with another process", .seen,
                "both are killed when the call that made it returns; it may be used until then",
                of: "T3"),
            AttachMode.signal.judgesCapabilities
                ? Guarantee(
                    "capability", .killed,
                    "SIGKILL before the call returns; what it changed outside of its caller "
                        + "stays so", of: "L9")
                : Guarantee(
                    "capability", .notCovered, "this kernel tells of none: 6.14 or later does",
                    of: "L9"),
        ]
    }

    /// What the modes beyond `signal` prevent.
    private static func gated(_ mode: AttachMode) -> [Guarantee] {
        let how = mode == .lsm ? "by the BPF security module" : "by fmod_ret on security_*"
        return [
            Guarantee("exec", .prevented, "EPERM \(how)", of: execs),
            Guarantee(
                "file open, mknod", .prevented, "EPERM \(how), before a file is made or emptied",
                of: files + " T3"),
            names(mode),
            Guarantee(
                "egress of every IP protocol, raw and packet sockets among them", .prevented,
                "EPERM \(how)", of: "N1 N2 N3 N4 N6 N7 N9 N10 N12"),
            Guarantee(
                "egress by vsock and other families", .prevented,
                "their sockets are judged as acts when they are made", of: "N5"),
            Guarantee("listen", .prevented, "bind: EPERM \(how)", of: ""),
            Guarantee(
                "AF_UNIX connect and datagram, by path or to an abstract name outside", .prevented,
                "EPERM \(how)", of: "E15 N5"),
        ]
    }

    private static let gatedActs = [
        Guarantee(
            "act: ptrace, memory, namespaces, mount, bpf, module, sockets", .prevented,
            "EPERM before it takes effect", of: "E13 E14 F2 F3 F5 L1 L6 L9 N4 N5 T1"),
        Guarantee("act: personality", .killed, "SIGKILL before the call returns", of: "E13"),
        Guarantee("capability", .prevented, "EPERM at the check", of: "L9"),
    ]
}
