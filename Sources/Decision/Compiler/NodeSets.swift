/// The sets of graph nodes that are states of the automaton; equal sets have one state.
struct NodeSets {
    private(set) var nodes: [Int32] = []
    private var start: [Int32] = [0]
    private var singleton: [Int32]
    private var table = InternTable()

    init(nodeCount: Int) { singleton = Array(repeating: -1, count: nodeCount) }

    var count: Int { start.count - 1 }

    func range(_ state: Int32) -> Range<Int> {
        Int(start[Int(state)])..<Int(start[Int(state) + 1])
    }

    mutating func state(of node: Int32) -> Int32 {
        let known = singleton[Int(node)]
        if known >= 0 { return known }
        let state = Int32(truncatingIfNeeded: count)
        singleton[Int(node)] = state
        nodes.append(node)
        start.append(Int32(truncatingIfNeeded: nodes.count))
        return state
    }

    /// The state of a set that is sorted, without duplicates and not empty.
    mutating func state(of set: [Int32]) -> Int32 {
        if set.count == 1 { return state(of: set[0]) }
        var hash = WordHash()
        for node in set { hash.combine(node) }
        if let known = table.find(hash.value, where: { isEqual($0, set) }) { return known }
        let state = Int32(truncatingIfNeeded: count)
        nodes += set
        start.append(Int32(truncatingIfNeeded: nodes.count))
        table.insert(hash.value, id: state)
        return state
    }

    private func isEqual(_ state: Int32, _ set: [Int32]) -> Bool {
        let range = self.range(state)
        guard range.count == set.count else { return false }
        var offset = 0
        while offset < set.count, nodes[range.lowerBound + offset] == set[offset] { offset += 1 }
        return offset == set.count
    }
}

/// Sorts in place and drops duplicates; sets are mostly small and nearly sorted.
func normalize(_ set: inout [Int32]) {
    guard set.count > 1 else { return }
    if set.count > 32 {
        set.sort()
    } else {
        for index in 1..<set.count {
            let node = set[index]
            var hole = index
            while hole > 0, set[hole - 1] > node {
                set[hole] = set[hole - 1]
                hole -= 1
            }
            set[hole] = node
        }
    }
    var kept = 1
    for index in 1..<set.count where set[index] != set[kept - 1] {
        set[kept] = set[index]
        kept += 1
    }
    set.removeLast(set.count - kept)
}
