/// Turns the graph, in which several nodes can be current, into an automaton in which one
/// state is: a state stands for a set of nodes.
struct SubsetConstruction {
    /// What made it stop; the rules that the current sets came from say who is to blame.
    struct Exhausted: Error {
        var limit: CompileLimits.Name
        var sets: NodeSets
    }

    private struct Choice {
        var low: UInt8
        var high: UInt8
        var target: Int32
    }

    private let graph: RuleGraph
    private let limits: CompileLimits
    private var sets: NodeSets
    private var automaton = Automaton()
    private var work = 0
    // Kept between states so that a state costs no allocation.
    private var choices: [Choice] = []
    private var active: [Choice] = []
    private var targets: [Int32] = []

    init(graph: RuleGraph, limits: CompileLimits) {
        self.graph = graph
        self.limits = limits
        sets = NodeSets(nodeCount: graph.count)
    }

    /// Builds all that is reachable from the nodes given; their states come first, in order.
    static func build(
        _ graph: RuleGraph, from nodes: [Int32], limits: CompileLimits
    ) throws(Exhausted) -> (automaton: Automaton, sets: NodeSets) {
        var construction = SubsetConstruction(graph: graph, limits: limits)
        for node in nodes { _ = construction.sets.state(of: node) }
        var state: Int32 = 0
        while Int(state) < construction.sets.count {
            construction.build(state)
            try construction.checkLimits()
            state += 1
        }
        return (construction.automaton, construction.sets)
    }

    private func checkLimits() throws(Exhausted) {
        let exceeded: CompileLimits.Name? =
            if sets.count > limits.states {
                .states
            } else if sets.nodes.count > limits.setNodes {
                .setNodes
            } else if automaton.steps.count > limits.steps {
                .steps
            } else if work > limits.work {
                .work
            } else {
                nil
            }
        if let exceeded { throw Exhausted(limit: exceeded, sets: sets) }
    }

    private mutating func build(_ state: Int32) {
        let range = sets.range(state)
        if range.count > 1 || !appendPlainSteps(sets.nodes[range.lowerBound]) {
            collectChoices(range)
            appendSteps()
        }
        finish(range)
    }

    /// A single node outside any run, whose edges are disjoint bytes, needs no sets of nodes.
    private mutating func appendPlainSteps(_ node: Int32) -> Bool {
        guard graph.run[Int(node)] == nil else { return false }
        var next = 0
        for index in graph.edgeRange(node) {
            let label = graph.edges[index].label
            guard label.kind == .range, Int(label.low) >= next else { return false }
            next = Int(label.high) + 1
        }
        for index in graph.edgeRange(node) {
            let edge = graph.edges[index]
            work += 1
            automaton.append(
                step: .init(
                    low: edge.label.low, high: edge.label.high, target: sets.state(of: edge.target))
            )
        }
        return true
    }

    private mutating func collectChoices(_ range: Range<Int>) {
        choices.removeAll(keepingCapacity: true)
        for index in range {
            let node = sets.nodes[index]
            if let run = graph.run[Int(node)] {
                run.forEachRange { choices.append(Choice(low: $0, high: $1, target: node)) }
            }
            for edge in graph.edgeRange(node) {
                let target = graph.edges[edge].target
                graph.edges[edge].label.forEachRange {
                    choices.append(Choice(low: $0, high: $1, target: target))
                }
            }
        }
        choices.sort { $0.low < $1.low }
    }

    /// Sweeps over the bytes; between two places where a choice begins or ends the set of
    /// targets is the same.
    private mutating func appendSteps() {
        active.removeAll(keepingCapacity: true)
        var nextChoice = 0
        var byte = 0
        while byte < 256 {
            while nextChoice < choices.count, Int(choices[nextChoice].low) <= byte {
                active.append(choices[nextChoice])
                nextChoice += 1
            }
            var end = nextChoice < choices.count ? Int(choices[nextChoice].low) - 1 : 255
            for choice in active { end = min(end, Int(choice.high)) }
            work += active.count
            if !active.isEmpty {
                targets.removeAll(keepingCapacity: true)
                for choice in active { targets.append(choice.target) }
                normalize(&targets)
                if targets.count > 1 { graph.dropSubsumed(from: &targets) }
                automaton.append(
                    step: .init(
                        low: UInt8(truncatingIfNeeded: byte), high: UInt8(truncatingIfNeeded: end),
                        target: sets.state(of: targets)))
            }
            active.removeAll { Int($0.high) <= end }
            byte = end + 1
        }
    }

    private mutating func finish(_ range: Range<Int>) {
        var accept: UInt32 = 0
        targets.removeAll(keepingCapacity: true)
        for index in range {
            let node = Int(sets.nodes[index])
            accept |= graph.accept[node]
            if graph.subject[node] >= 0 { targets.append(graph.subject[node]) }
        }
        normalize(&targets)
        let subject = targets.isEmpty ? -1 : sets.state(of: targets)
        automaton.finishState(accept: accept, subject: subject)
    }
}
