/// Merges states that decide alike.
///
/// A state is taken after all that it leads to, so that it can be compared by its steps alone.
/// States on no cycle, or only on a loop to themselves, merge with their equals; those on a
/// longer cycle stay as they are, and others that lead into it as they do merge with them.
struct Minimizer {
    private let source: Automaton
    private(set) var result = Automaton()
    /// The merged state of each source state.
    private(set) var merged: [Int32]
    /// A source state of each merged state.
    private(set) var representative: [Int32] = []
    private var table = InternTable()

    /// Stands for a state's loop to itself while the state has no name yet.
    private static let itself: Int32 = -2

    init(_ source: Automaton) {
        self.source = source
        merged = Array(repeating: -1, count: source.count)
        var components = Components(source)
        while let component = components.next() {
            if component.count == 1 {
                mergeSingle(component[component.startIndex])
            } else {
                appendCycle(component)
            }
        }
    }

    private mutating func appendCycle(_ component: ArraySlice<Int32>) {
        for state in component { _ = name(state) }
        for state in component {
            appendSteps(of: state)
            table.insert(hashUnfinished(of: state), id: merged[Int(state)])
            finish(state)
        }
    }

    private mutating func mergeSingle(_ state: Int32) {
        appendSteps(of: state)
        let hash = hashUnfinished(of: state)
        if let equal = table.find(hash, where: { isUnfinished(of: state, equalTo: $0) }) {
            result.discardUnfinished()
            merged[Int(state)] = equal
            return
        }
        let id = name(state)
        table.insert(hash, id: id)
        result.replaceUnfinishedTarget(Self.itself, with: id)
        let hashByName = hashUnfinished(of: state)
        if hashByName != hash { table.insert(hashByName, id: id) }
        finish(state)
    }

    private mutating func name(_ state: Int32) -> Int32 {
        let id = Int32(truncatingIfNeeded: representative.count)
        merged[Int(state)] = id
        representative.append(state)
        return id
    }

    private mutating func finish(_ state: Int32) {
        result.finishState(accept: source.accept[Int(state)], subject: subject(of: state))
    }

    private func subject(of state: Int32) -> Int32 {
        let subject = source.subject[Int(state)]
        return subject < 0 ? -1 : merged[Int(subject)]
    }

    private mutating func appendSteps(of state: Int32) {
        for index in source.stepRange(state) {
            var step = source.steps[index]
            let target = merged[Int(step.target)]
            step.target = target >= 0 ? target : Self.itself
            result.append(step: step)
        }
    }

    private func hashUnfinished(of state: Int32) -> UInt32 {
        var hash = WordHash()
        hash.combine(source.accept[Int(state)])
        hash.combine(subject(of: state))
        for index in result.unfinished {
            let step = result.steps[index]
            hash.combine(UInt32(step.low) << 8 | UInt32(step.high))
            hash.combine(step.target)
        }
        return hash.value
    }

    private func isUnfinished(of state: Int32, equalTo other: Int32) -> Bool {
        let range = result.stepRange(other)
        guard source.accept[Int(state)] == result.accept[Int(other)],
            subject(of: state) == result.subject[Int(other)],
            range.count == result.unfinished.count
        else { return false }
        for (offset, index) in result.unfinished.enumerated() {
            var step = result.steps[index]
            if step.target == Self.itself { step.target = other }
            if step != result.steps[range.lowerBound + offset] { return false }
        }
        return true
    }
}
