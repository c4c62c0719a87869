/// Which cells each state needs: offsets from its base, and where each leads.
struct StateCells {
    /// One past the last offset.
    static let reach = 258
    static let maximumPerState = 258

    enum Value {
        static let dead: Int32 = -1
        /// The state's access bits or subject, for the accept cell.
        static let accept: Int32 = -2
    }

    /// Ascending offsets of state s: offsets[start[s]..<start[s + 1]]; values beside them.
    private(set) var offsets: [UInt16] = []
    /// The state that the cell leads to, or one of `Value`.
    private(set) var values: [Int32] = []
    private var start: [Int32] = [0]
    /// States of one shape have the same offsets.
    private(set) var shape: [Int32] = []
    private(set) var shapeCount = 0
    private var table = InternTable()
    private var shapeExample: [Int32] = []

    var count: Int { shape.count }

    func range(_ state: Int32) -> Range<Int> {
        Int(start[Int(state)])..<Int(start[Int(state) + 1])
    }

    /// nil where the automaton needs more cells than the limit.
    init?(_ automaton: Automaton, limit: Int) {
        for state in 0..<Int32(truncatingIfNeeded: automaton.count) {
            append(automaton, state)
            guard offsets.count <= limit else { return nil }
        }
    }

    private mutating func append(_ automaton: Automaton, _ state: Int32) {
        let steps = automaton.steps[automaton.stepRange(state)]
        if let common = Self.worthwhileDefault(steps) {
            append(0, common)
            appendExceptions(to: common, steps)
        } else {
            for step in steps { append(step.low, step.high, step.target) }
        }
        if automaton.accept[Int(state)] != 0 || automaton.subject[Int(state)] >= 0 {
            append(257, Value.accept)
        }
        start.append(Int32(truncatingIfNeeded: offsets.count))
        internShape(state)
    }

    /// The target that costs fewer cells as the default, or nil.
    private static func worthwhileDefault(_ steps: ArraySlice<Automaton.Step>) -> Int32? {
        var live = 0
        for step in steps { live += step.width }
        // With a default, all bytes that lead elsewhere need a cell, dead ones too.
        guard live > 128 else { return nil }
        var widths: [Int32: Int] = [:]
        for step in steps { widths[step.target, default: 0] += step.width }
        var best: (target: Int32, width: Int)?
        for step in steps {
            let width = widths[step.target] ?? 0
            if width > best?.width ?? 0 { best = (step.target, width) }
        }
        guard let best, 1 + 256 - best.width < live else { return nil }
        return best.target
    }

    private mutating func appendExceptions(
        to common: Int32, _ steps: ArraySlice<Automaton.Step>
    ) {
        var next = 0
        for step in steps {
            appendDead(next, Int(step.low))
            if step.target != common { append(step.low, step.high, step.target) }
            next = Int(step.high) + 1
        }
        appendDead(next, 256)
    }

    private mutating func appendDead(_ from: Int, _ to: Int) {
        for byte in from..<to { append(1 + byte, Value.dead) }
    }

    private mutating func append(_ low: UInt8, _ high: UInt8, _ target: Int32) {
        for byte in low...high { append(1 + Int(byte), target) }
    }

    private mutating func append(_ offset: Int, _ value: Int32) {
        offsets.append(UInt16(truncatingIfNeeded: offset))
        values.append(value)
    }

    private mutating func internShape(_ state: Int32) {
        let own = offsets[range(state)]
        var hash = WordHash()
        for offset in own { hash.combine(UInt32(offset)) }
        if let known = table.find(
            hash.value, where: { offsets[range(shapeExample[Int($0)])].elementsEqual(own) })
        {
            shape.append(known)
            return
        }
        let id = Int32(truncatingIfNeeded: shapeCount)
        table.insert(hash.value, id: id)
        shapeExample.append(state)
        shapeCount += 1
        shape.append(id)
    }
}
