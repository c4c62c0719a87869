/// The strongly connected components of an automaton, each after those it leads to
/// (Tarjan's algorithm, with its recursion on a stack of its own: chains are long).
struct Components {
    private struct Frame {
        var state: Int32
        /// Index of the next step to follow; one past the last stands for the subject.
        var next: Int
    }

    private let automaton: Automaton
    private var order: [Int32]
    private var low: [Int32]
    private var isOpen: [Bool]
    private var open: [Int32] = []
    private var frames: [Frame] = []
    private var found: Int32 = 0
    private var nextRoot: Int32 = 0
    private var pendingPop = 0

    init(_ automaton: Automaton) {
        self.automaton = automaton
        order = Array(repeating: -1, count: automaton.count)
        low = Array(repeating: 0, count: automaton.count)
        isOpen = Array(repeating: false, count: automaton.count)
    }

    /// The next component; valid until the call after.
    mutating func next() -> ArraySlice<Int32>? {
        open.removeLast(pendingPop)
        pendingPop = 0
        while true {
            if frames.isEmpty {
                while Int(nextRoot) < automaton.count, order[Int(nextRoot)] >= 0 { nextRoot += 1 }
                guard Int(nextRoot) < automaton.count else { return nil }
                enter(nextRoot)
            }
            if let target = followNext() {
                if order[Int(target)] < 0 {
                    enter(target)
                } else if isOpen[Int(target)] {
                    lowerTop(to: order[Int(target)])
                }
            } else if let component = leave() {
                return component
            }
        }
    }

    private mutating func enter(_ state: Int32) {
        order[Int(state)] = found
        low[Int(state)] = found
        found += 1
        isOpen[Int(state)] = true
        open.append(state)
        frames.append(Frame(state: state, next: automaton.stepRange(state).lowerBound))
    }

    private mutating func followNext() -> Int32? {
        let top = frames.count - 1
        let state = frames[top].state
        let end = automaton.stepRange(state).upperBound
        let index = frames[top].next
        guard index <= end else { return nil }
        frames[top].next = index + 1
        if index < end { return automaton.steps[index].target }
        let subject = automaton.subject[Int(state)]
        return subject < 0 ? nil : subject
    }

    private mutating func lowerTop(to value: Int32) {
        let state = Int(frames[frames.count - 1].state)
        low[state] = min(low[state], value)
    }

    private mutating func leave() -> ArraySlice<Int32>? {
        let state = frames.removeLast().state
        if !frames.isEmpty { lowerTop(to: low[Int(state)]) }
        guard low[Int(state)] == order[Int(state)],
            let start = open.lastIndex(of: state)
        else { return nil }
        let component = open[start...]
        for member in component { isOpen[Int(member)] = false }
        pendingPop = component.count
        return component
    }
}
