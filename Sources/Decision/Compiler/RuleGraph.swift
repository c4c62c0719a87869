/// The rules as a graph: one node for a position in one or more rules, shared by equal
/// beginnings and equal endings. Several nodes can be current at once.
struct RuleGraph {
    struct Edge: Equatable {
        var label: Label
        var target: Int32
    }

    private(set) var edges: [Edge] = []
    private var edgeStart: [Int32] = [0]
    /// The run that the node is inside of: it takes more bytes of it and stays.
    private(set) var run: [Label?] = []
    /// Access bits where a string ends here.
    private(set) var accept: [UInt32] = []
    /// The node of the rules for an executable whose path ends here, or -1.
    private(set) var subject: [Int32] = []
    /// A rule that leads through the node.
    private(set) var rule: [Int32] = []
    /// All access bits that some string from here on leads to; `leadsToSubject` among them
    /// where one leads to a subject.
    private(set) var reach: [UInt64] = []

    private static let leadsToSubject = UInt64(1) << 32

    var count: Int { accept.count }

    func edgeRange(_ node: Int32) -> Range<Int> {
        Int(edgeStart[Int(node)])..<Int(edgeStart[Int(node) + 1])
    }

    mutating func append(
        run: Label?, accept: UInt32, subject: Int32, rule: Int32, edges new: [Edge]
    ) -> Int32 {
        let id = Int32(truncatingIfNeeded: count)
        var reach = UInt64(accept) | (subject >= 0 ? Self.leadsToSubject : 0)
        for edge in new { reach |= self.reach[Int(edge.target)] }
        self.reach.append(reach)
        edges += new
        edgeStart.append(Int32(truncatingIfNeeded: edges.count))
        self.run.append(run)
        self.accept.append(accept)
        self.subject.append(subject)
        self.rule.append(rule)
        return id
    }

    /// Drops nodes that cannot add to what the others allow. A node inside `**` that accepts
    /// does so for whatever follows: beside it only nodes that lead to further bits matter.
    /// Without this, n rules like `/a/**/x/**` would need states for all their combinations.
    func dropSubsumed(from set: inout [Int32]) {
        var always: UInt64 = 0
        for node in set where acceptsForGood(node) { always |= UInt64(accept[Int(node)]) }
        guard always != 0 else { return }
        set.removeAll { !acceptsForGood($0) && reach[Int($0)] & ~always == 0 }
        guard set.count > 1 else { return }
        var index = 0
        while index < set.count {
            var others: UInt64 = 0
            for (other, node) in set.enumerated() where other != index && acceptsForGood(node) {
                others |= UInt64(accept[Int(node)])
            }
            if reach[Int(set[index])] & ~others == 0 {
                set.remove(at: index)
            } else {
                index += 1
            }
        }
    }

    private func acceptsForGood(_ node: Int32) -> Bool {
        run[Int(node)] == .anything && accept[Int(node)] != 0
    }
}

/// Builds a RuleGraph from sorted strings, keeping only one string's nodes open:
/// a node is closed, and merged with an equal one, as soon as no further string can reach it.
struct RuleGraphBuilder {
    private struct OpenNode {
        var run: Label?
        var accept: UInt32 = 0
        var subject: Int32 = -1
        var rule: Int32 = -1
        var edges: [RuleGraph.Edge] = []
    }

    private(set) var graph = RuleGraph()
    private var table = InternTable()
    private var open: [OpenNode] = []
    private var depth = 0

    /// Adds sorted strings; gives the node that stands before all of them.
    mutating func add(_ strings: RuleStrings) -> Int32 {
        depth = -1
        push(run: nil)
        var previous = 0..<0
        for entry in strings.entries {
            let shared = strings.sharedPrefix(previous, entry.labels)
            close(downTo: shared)
            for label in strings.labels[entry.labels.dropFirst(shared)] {
                open[depth].edges.append(RuleGraph.Edge(label: label, target: -1))
                push(run: label.repeats ? label : nil)
            }
            for level in shared...depth where open[level].rule < 0 { open[level].rule = entry.rule }
            open[depth].accept |= entry.accept
            if entry.subject >= 0 { open[depth].subject = entry.subject }
            previous = entry.labels
        }
        close(downTo: 0)
        return freeze(0)
    }

    private mutating func push(run: Label?) {
        depth += 1
        if depth == open.count { open.append(OpenNode()) }
        open[depth].run = run
        open[depth].accept = 0
        open[depth].subject = -1
        open[depth].rule = -1
        open[depth].edges.removeAll(keepingCapacity: true)
    }

    private mutating func close(downTo level: Int) {
        while depth > level {
            let node = freeze(depth)
            depth -= 1
            open[depth].edges[open[depth].edges.count - 1].target = node
        }
    }

    private mutating func freeze(_ level: Int) -> Int32 {
        let hash = self.hash(open[level])
        if let equal = table.find(hash, where: { isEqual(open[level], $0) }) { return equal }
        let node = open[level]
        let id = graph.append(
            run: node.run, accept: node.accept, subject: node.subject, rule: node.rule,
            edges: node.edges)
        table.insert(hash, id: id)
        return id
    }

    private func hash(_ node: OpenNode) -> UInt32 {
        var hash = WordHash()
        hash.combine(node.run?.code ?? .max)
        hash.combine(node.accept)
        hash.combine(node.subject)
        for edge in node.edges {
            hash.combine(UInt64(edge.label.code) << 32 | UInt64(UInt32(bitPattern: edge.target)))
        }
        return hash.value
    }

    private func isEqual(_ node: OpenNode, _ id: Int32) -> Bool {
        let index = Int(id)
        let range = graph.edgeRange(id)
        guard graph.run[index] == node.run, graph.accept[index] == node.accept,
            graph.subject[index] == node.subject, range.count == node.edges.count
        else { return false }
        for (offset, edge) in node.edges.enumerated()
        where graph.edges[range.lowerBound + offset] != edge {
            return false
        }
        return true
    }
}
