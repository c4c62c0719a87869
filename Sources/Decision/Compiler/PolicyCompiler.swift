public import Baseline
import SensorABI

/// Compiles a profile to the program that the kernel and `PolicyWalker` walk.
///
/// Rules -> graph of their positions (RuleCollector) -> automaton (SubsetConstruction) ->
/// fewer states (Minimizer) -> cells (StateCells) -> in memory (Unfolding, CellPlacement).
public struct PolicyCompiler: Sendable {
    public var limits: CompileLimits

    public init(limits: CompileLimits = CompileLimits()) { self.limits = limits }

    /// - Throws: CompileError naming the rule at fault.
    public func compile(_ profile: Profile) throws(CompileError) -> PolicyProgram {
        let collector = try RuleCollector(profile, limits: limits)
        var starts = [collector.root]
        if let runtime = collector.runtime { starts.append(runtime) }
        let (automaton, sets) = try automaton(collector, from: starts, profile)
        let minimized = Minimizer(automaton)
        let blame = Blame(collector: collector, profile: profile, sets: sets)

        // The start nodes' sets were made first: the root is state 0, the runtime another.
        let root = minimized.merged[0]
        let runtime = collector.runtime.map { node in
            minimized.merged[node == collector.root ? 0 : 1]
        }
        guard let cells = StateCells(minimized.result, limit: limits.cells),
            let placed = PlacedCells(
                cells, minimized.result, walkedFrom: [root] + [runtime].compactMap(\.self),
                limit: limits.cells)
        else { throw blame.error(.cells, limits, states: minimized.representative) }

        return PolicyProgram(
            automaton: placed.filled(minimized.result), root: placed.base(of: root),
            runtimeSubject: runtime.map(placed.base) ?? 0,
            actions: Self.actions(profile.actions), response: profile.response,
            hasPhases: profile.hasPhases)
    }

    private func automaton(
        _ collector: RuleCollector, from starts: [Int32], _ profile: Profile
    ) throws(CompileError) -> (automaton: Automaton, sets: NodeSets) {
        do {
            return try SubsetConstruction.build(collector.graph, from: starts, limits: limits)
        } catch {
            let blame = Blame(collector: collector, profile: profile, sets: error.sets)
            throw blame.error(error.limit, limits, states: nil)
        }
    }

    private static func actions(_ actions: Actions) -> [(UInt8, UInt8)] {
        actions.all.map { ($0.dimension.rawValue, $0.action.code) }
    }
}

extension Action {
    /// LL_ACTION_*.
    var code: UInt8 {
        switch self {
        case .alert: UInt8(LL_ACTION_ALERT)
        case .deny: UInt8(LL_ACTION_DENY)
        case .kill: UInt8(LL_ACTION_KILL)
        case .quarantine: UInt8(LL_ACTION_QUARANTINE)
        }
    }
}

/// Says which rules a cost is due to.
private struct Blame {
    var collector: RuleCollector
    var profile: Profile
    var sets: NodeSets

    /// Weighs rules by the sets that their positions are in; of those inside a wildcard's run
    /// if there are any, since it is runs that multiply states.
    func error(_ name: CompileLimits.Name, _ limits: CompileLimits, states: [Int32]?)
        -> CompileError
    {
        var inRuns: [Int32: Int] = [:]
        var all: [Int32: Int] = [:]
        let graph = collector.graph
        func weigh(_ range: Range<Int>) {
            for index in range {
                let node = Int(sets.nodes[index])
                let rule = graph.rule[node]
                guard rule >= 0 else { continue }
                all[rule, default: 0] += 1
                if graph.run[node] != nil { inRuns[rule, default: 0] += 1 }
            }
        }
        if let states {
            for state in states { weigh(sets.range(state)) }
        } else {
            weigh(sets.nodes.indices)
        }
        return CompileError(
            profile: profile.name, reason: .limit(name, limit: limits.value(name)),
            rules: collector.rules.heaviest(inRuns.isEmpty ? all : inRuns, in: profile))
    }
}
