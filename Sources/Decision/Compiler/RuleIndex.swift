import Baseline
import SysFlow

/// Numbers for rules while compiling; names are made only for an error.
struct RuleIndex {
    private struct Place {
        var executable: Int32
        var list: RuleName.List
        var index: Int32
    }
    private var places: [Place] = []

    mutating func add(executable: Int, _ list: RuleName.List, _ index: Int = 0) -> Int32 {
        let id = Int32(truncatingIfNeeded: places.count)
        places.append(
            Place(
                executable: Int32(truncatingIfNeeded: executable), list: list,
                index: Int32(truncatingIfNeeded: index)))
        return id
    }

    func name(_ rule: Int32, in profile: Profile) -> RuleName {
        let place = places[Int(rule)]
        let rules = profile.executables[Int(place.executable)]
        let index = Int(place.index)
        let pattern =
            switch place.list {
            case .executable: rules.executable
            case .exec: rules.exec[index].path
            case .files: rules.files[index].path
            case .egress, .listen: ""
            case .capabilities: rules.capabilities[index].capability.name
            case .acts: rules.acts[index].act.name
            }
        return RuleName(
            executable: rules.executable, list: place.list, index: index, pattern: pattern)
    }

    /// The rules with the greatest weights, three at most, the greatest first.
    func heaviest(_ weights: [Int32: Int], in profile: Profile) -> [RuleName] {
        weights.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(3).map { name($0.key, in: profile) }
    }
}
