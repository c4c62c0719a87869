internal import Kernel

/// The agent's own privileges: once all is loaded it keeps what docs/privileges.md says.
extension AgentSession {
    /// What cannot be given up is told of, and the agent goes on: containers held by an agent that
    /// could do too much are better off than containers that nobody holds.
    func confine() {
        guard configuration.isConfined else { return }
        do {
            try Confinement.enter(.agent)
            onNote?(
                "confined: keeps \(Privileges.kept.map(\.name).joined(separator: ", ")), a filter of "
                    + "system calls and no_new_privs")
        } catch {
            onNote?("ALARM: the agent keeps more privileges than it needs: \(error)")
        }
    }

    /// Calls that no part of the agent makes, or one that was forgotten in its list.
    func tellOfRefusedCalls() {
        guard RefusedCalls.count != refusedCalls else { return }
        refusedCalls = RefusedCalls.count
        onNote?(
            "ALARM: the agent's own filter refused it system calls that it has no use for: "
                + "\(RefusedCalls.take().joined(separator: ", ")); \(refusedCalls) in all")
    }
}
