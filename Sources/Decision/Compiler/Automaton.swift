/// A deterministic automaton over bytes. A byte that no range of a state holds leads nowhere.
struct Automaton {
    struct Step: Equatable {
        var low: UInt8
        var high: UInt8
        var target: Int32

        var width: Int { Int(high) - Int(low) + 1 }
    }

    /// Steps of state s, ascending and disjoint: steps[stepStart[s]..<stepStart[s + 1]].
    private(set) var steps: [Step] = []
    private var stepStart: [Int32] = [0]
    /// Access bits at the end of the string.
    private(set) var accept: [UInt32] = []
    /// The state of the executable's rules at the end of the string, or -1.
    private(set) var subject: [Int32] = []

    var count: Int { accept.count }

    func stepRange(_ state: Int32) -> Range<Int> {
        Int(stepStart[Int(state)])..<Int(stepStart[Int(state) + 1])
    }

    /// Adds a step to the state that is not finished yet; joins it to the one before if it can.
    mutating func append(step: Step) {
        if steps.count > Int(stepStart[stepStart.count - 1]), let last = steps.last,
            last.target == step.target, Int(last.high) + 1 == Int(step.low)
        {
            steps[steps.count - 1].high = step.high
        } else {
            steps.append(step)
        }
    }

    /// Steps added since the last finished state.
    var unfinished: Range<Int> { Int(stepStart[stepStart.count - 1])..<steps.count }

    mutating func discardUnfinished() { steps.removeSubrange(unfinished) }

    mutating func finishState(accept: UInt32, subject: Int32) {
        stepStart.append(Int32(truncatingIfNeeded: steps.count))
        self.accept.append(accept)
        self.subject.append(subject)
    }

    mutating func replaceUnfinishedTarget(_ old: Int32, with new: Int32) {
        for index in unfinished where steps[index].target == old { steps[index].target = new }
    }
}
