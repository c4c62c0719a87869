internal import Sensor

/// What each attach mode does about capabilities and rare acts.
enum ActGuarantees {
    static func all(_ mode: AttachMode) -> [Diagnosis.Guarantee] {
        mode == .signal ? signalled(mode) : gated
    }

    private static func signalled(_ mode: AttachMode) -> [Diagnosis.Guarantee] {
        [
            Diagnosis.Guarantee(
                dimension: "act: raw-socket", guarantee: "prevented", how: "EPERM by a cgroup hook"
            ),
            Diagnosis.Guarantee(
                dimension: "act: ptrace, memory, namespaces, bpf, sockets",
                guarantee: "killed before effect",
                how: "SIGKILL before the call returns, and what it gave dies with its caller"),
            Diagnosis.Guarantee(
                dimension: "act: mount, module, machine, signal-outside", guarantee: "seen only",
                how: "SIGKILL before the call returns, but it has happened; alerts say so"),
            mode.judgesCapabilities
                ? Diagnosis.Guarantee(
                    dimension: "capability", guarantee: "killed before effect",
                    how: "SIGKILL before the call returns; what it changed outside of its caller "
                        + "stays so")
                : Diagnosis.Guarantee(
                    dimension: "capability", guarantee: "not covered",
                    how: "this kernel tells of none: 6.14 or later does"),
        ]
    }

    private static let gated = [
        Diagnosis.Guarantee(
            dimension: "act: ptrace, memory, namespaces, mount, bpf, module, sockets",
            guarantee: "prevented", how: "EPERM before it takes effect"),
        Diagnosis.Guarantee(
            dimension: "act: personality", guarantee: "killed before effect",
            how: "SIGKILL before the call returns"),
        Diagnosis.Guarantee(
            dimension: "capability", guarantee: "prevented", how: "EPERM at the check"),
    ]
}
