import ContainerHarness

/// What happened in a chaos run, counted by all its workers.
struct ChaosTally: Sendable {
    var starts = 0
    var restarts = 0
    var ends = 0
    var probes = 0
    var attacks: [String: Int] = [:]
    /// Ids of the containers that attacked.
    var attackers: Set<String> = []
    /// Those whose service was killed with the attack.
    var attackersLost = 0
    /// What should not be: one line each.
    var failures: [String] = []

    /// Containers that were started, whatever their names.
    var runs: Int { starts + restarts }

    /// One in ten attacks: the first of them among the first five, so that short runs have one.
    var nextAttacks: Bool { starts % 10 == 4 }

    var summary: String {
        "\(runs) containers ran (\(restarts) of them under a name again), \(ends) were ended, "
            + "\(probes) probes, \(attackers.count) attacking containers with "
            + "\(attacks.values.reduce(0, +)) attacks of \(attacks.count) sorts, "
            + "\(attackersLost) of them killed with it"
    }
}
