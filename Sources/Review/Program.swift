import Baseline

/// What one executable may do.
struct Program: Sendable {
    /// Readable.
    var name: String
    var isRuntime: Bool
    /// Readable names, its own not among them.
    var startedBy: [String]
    var startsItself: Bool
    var rules: [DescribedRule]
    var activities: [Activity]

    /// Kinds of deeds that it has no rule for.
    var abstains: [String] {
        let done = Set(rules.map(\.rule.dimension))
        let deeds: [(Dimension, String)] = [
            (.exec, "start programs"), (.egress, "connect"), (.listen, "listen"),
            (.capability, "use capabilities"), (.act, "do rare acts"),
        ]
        return deeds.filter { !done.contains($0.0) }.map(\.1)
    }

    static func all(of executables: [ExecutableRules], in tree: ProcessTree) -> [Program] {
        let parents = parents(in: tree)
        return tree.places.map { place in
            let rules = executables[place]
            let described = rules.described
            let by = parents[place, default: []]
            return Program(
                name: ProcessTree.name(rules.executable),
                isRuntime: rules.executable == ExecutableRules.runtime,
                startedBy: by.filter { $0 != place }.map {
                    ProcessTree.name(executables[$0].executable)
                },
                startsItself: by.contains(place), rules: described,
                activities: Activity.of(described))
        }
    }

    /// Of each program the places of those that start it, in the order of the tree.
    private static func parents(in tree: ProcessTree) -> [Int: [Int]] {
        var parents: [Int: [Int]] = [:]
        var above: [Int] = []
        for entry in tree.entries {
            above.removeSubrange(entry.depth...)
            guard let place = entry.place else { continue }
            if let parent = above.last, parents[place]?.contains(parent) != true {
                parents[place, default: []].append(parent)
            }
            above.append(place)
        }
        return parents
    }

    /// Programs that do the same, together, in the order of the first of each.
    static func alike(_ programs: [Program]) -> [[Program]] {
        struct Likeness: Hashable {
            var activities: [Activity]
            var startedBy: [String]
        }
        var places: [Likeness: Int] = [:]
        var groups: [[Program]] = []
        for program in programs {
            let likeness = Likeness(activities: program.activities, startedBy: program.startedBy)
            if let place = places[likeness], !program.startsItself {
                groups[place].append(program)
            } else {
                places[likeness] = groups.count
                groups.append([program])
            }
        }
        return groups
    }
}
