/// Finds each state a base such that no two states share a base or a cell, and such that a
/// walk reads few lines of memory, on few pages.
///
/// Its time is that of the lines it has to fetch: the steps are the same however many rules
/// there are. States come path by path, and each is put into the line that leads to it, or
/// with those that follow it into the next line that is free.
struct CellPlacement {
    /// Base of each state; 0 until placed.
    private(set) var bases: [UInt32]

    private let cells: StateCells
    private let states: Unfolding
    private let narrow: Int
    private var free: FreeCells
    /// For each shape (set of offsets) the word where it last fitted: before it, it fits nowhere.
    private var cursors: [Int]
    /// For each number of offsets where the search for a new shape begins.
    private var floors = Array(repeating: 0, count: StateCells.maximumPerState + 1)
    /// The cell placed last that leads to each state.
    private var leadingCell: [UInt32?]
    /// States of one cell that follow one another, from each on.
    private var run: [UInt8]
    /// The line that is being filled. It begins where the bases of all cells are cells too.
    private var line = (PolicyProgram.headerCells + StateCells.reach) / FreeCells.cellsPerLine + 1
    /// Free cells that make a line worth beginning at; less once the end was reached.
    private var worthwhile = 6

    /// Strings that lead through a state whose place is with the much walked ones: of these
    /// there are few, and with others between they would fill many lines and pages.
    private static let hot: Float = 256
    /// Words that are searched for a state of several cells.
    private static let neighbourhood = 16
    /// Lines that are looked at for a run, and how many of these are tried.
    private static let linesAhead = 256
    private static let linesTried = 8
    /// States in a line that make trying others needless.
    private static let wellFilled = 7
    /// How far a search may go, in words, before later ones of its size begin further on.
    private static let patience = 256

    /// - Parameter narrow: most cells of a state that is put near the one before it. The fewer,
    ///   the less room is lost.
    /// - Returns: nil where the cells do not fit in so many.
    static func place(
        _ cells: StateCells, _ states: Unfolding, narrow: Int, limit: Int
    ) -> CellPlacement? {
        var placement = CellPlacement(cells, states, narrow: narrow, limit: limit)
        let (wide, narrow) = placement.order
        guard wide.allSatisfy({ placement.place($0) }) else { return nil }
        placement.countRuns(narrow)
        guard narrow.allSatisfy({ placement.place($0) }) else { return nil }
        return placement
    }

    private init(_ cells: StateCells, _ states: Unfolding, narrow: Int, limit: Int) {
        self.cells = cells
        self.states = states
        self.narrow = narrow
        free = FreeCells(limit: limit)
        bases = Array(repeating: 0, count: states.count)
        leadingCell = Array(repeating: nil, count: states.count)
        run = Array(repeating: 0, count: states.count)
        cursors = Array(repeating: -1, count: cells.shapeCount)
    }

    private var wordLimit: Int { free.baseLimit / 64 }
    private var lineLimit: Int { free.baseLimit / FreeCells.cellsPerLine }

    /// Wide states first: they find room only while there is much, and the others fill their
    /// gaps. Then the hot ones, then the rest, both path by path.
    private var order: (wide: [Int32], narrow: [Int32]) {
        var wide: [[Int32]] = Array(repeating: [], count: StateCells.maximumPerState + 1)
        var hot: [Int32] = []
        var rest: [Int32] = []
        for state in states.order {
            let size = offsets(state).count
            if size > narrow {
                wide[size].append(state)
            } else if states.heat[Int(state)] >= Self.hot {
                hot.append(state)
            } else {
                rest.append(state)
            }
        }
        return (Array(wide.reversed().joined()), hot + rest)
    }

    private mutating func countRuns(_ order: [Int32]) {
        for state in order.reversed() where offsets(state).count == 1 {
            let target = firstTarget(state)
            let rest = target >= 0 && bases[Int(target)] == 0 ? run[Int(target)] : 0
            run[Int(state)] = min(rest, .max - 1) + 1
        }
    }

    private func offsets(_ state: Int32) -> ArraySlice<UInt16> {
        cells.offsets[cells.range(states.origins[Int(state)])]
    }

    private func firstTarget(_ state: Int32) -> Int32 {
        states.targets[Int(states.start[Int(state)])]
    }

    private mutating func place(_ state: Int32) -> Bool {
        guard bases[Int(state)] == 0 else { return true }
        let offsets = offsets(state)
        if offsets.count == 1, placeRun(state) { return true }
        let isNarrow = offsets.count > 1 && offsets.count <= narrow
        guard let base = (isNarrow ? near(state, offsets) : nil) ?? first(state, offsets)
        else { return false }
        take(state, base: base)
        return true
    }

    private mutating func take(_ state: Int32, base: Int) {
        let offsets = offsets(state)
        bases[Int(state)] = UInt32(truncatingIfNeeded: base)
        free.take(base: base, offsets)
        for (target, offset) in zip(states.targets[Int(states.start[Int(state)])...], offsets)
        where target >= 0 {
            leadingCell[Int(target)] = UInt32(truncatingIfNeeded: base + Int(offset))
        }
    }
}

// States of one cell: most of them, in runs.
extension CellPlacement {
    /// Places the state and those after it that find room in the same line.
    private mutating func placeRun(_ state: Int32) -> Bool {
        var members = [state]
        while members.count < min(Int(run[Int(state)]), FreeCells.cellsPerLine) {
            members.append(firstTarget(members[members.count - 1]))
        }
        let offsets = members.map { self.offsets($0).first ?? 0 }
        var packing = LinePacking()
        if let leading = leadingCell[Int(state)] {
            let line = Int(leading) / FreeCells.cellsPerLine
            packing = LinePacking(offsets, line: line, free)
        }
        if packing.count == 0 { packing = begin(offsets) }
        for index in 0..<packing.count { take(members[index], base: packing.base(index)) }
        return packing.count > 0
    }

    /// The next line, or one soon after it that holds more of them.
    private mutating func begin(_ offsets: [UInt16]) -> LinePacking {
        moveOn()
        var best = LinePacking()
        var tried = 0
        for next in line..<max(line, min(line + Self.linesAhead, lineLimit))
        where free.count(inLine: next) > best.count {
            let packing = LinePacking(offsets, line: next, free)
            if packing.count > best.count {
                best = packing
                line = next
            }
            tried += 1
            if best.count >= min(offsets.count, Self.wellFilled) || tried > Self.linesTried {
                break
            }
        }
        return best
    }

    /// To a line that is worthwhile; at the end over again, with what was left.
    private mutating func moveOn() {
        while true {
            while line < lineLimit, free.count(inLine: line) < worthwhile { line += 1 }
            guard line >= lineLimit, worthwhile > 1 else { return }
            worthwhile = max(1, worthwhile - 2)
            line = 0
        }
    }
}

// States of several cells.
extension CellPlacement {
    /// A base that has a walk read no new line for the state, or one in the line being filled.
    private func near(_ state: Int32, _ offsets: ArraySlice<UInt16>) -> Int? {
        if let leading = leadingCell[Int(state)],
            let base = beside(Int(leading) / FreeCells.cellsPerLine, state, offsets)
        {
            return base
        }
        let lowest = line * FreeCells.cellsPerLine - Int(offsets.first ?? 0)
        return search(from: max(PolicyProgram.headerCells, lowest), offsets)
    }

    /// A base that puts one of the state's cells into this line: that of the step which most
    /// walks take, if it can, among those to states that are still to be placed.
    private func beside(
        _ line: Int, _ state: Int32, _ offsets: ArraySlice<UInt16>
    ) -> Int? {
        guard free.count(inLine: line) > 0 else { return nil }
        let targets = states.targets[Int(states.start[Int(state)])...]
        let steps = zip(targets, offsets).map { target, offset in
            let isNext = target >= 0 && bases[Int(target)] == 0
            return (heat: isNext ? states.heat[Int(target)] : 0, offset: Int(offset))
        }
        for step in steps.sorted(by: { ($0.heat, $1.offset) > ($1.heat, $0.offset) }) {
            let lowest = line * FreeCells.cellsPerLine - step.offset
            let fits = free.bases(from: lowest, for: offsets)
            if fits != 0 { return lowest + fits.trailingZeroBitCount }
        }
        return nil
    }

    private func search(from lowest: Int, _ offsets: ArraySlice<UInt16>) -> Int? {
        var mask = UInt64.max << UInt64(lowest & 63)
        let word = lowest >> 6
        for word in word..<max(word, min(word + Self.neighbourhood, wordLimit)) {
            let fits = free.bases(inWord: word, for: offsets) & mask
            if fits != 0 { return word * 64 + fits.trailingZeroBitCount }
            mask = .max
        }
        return nil
    }

    /// The first base where the state fits.
    private mutating func first(_ state: Int32, _ offsets: ArraySlice<UInt16>) -> Int? {
        let shape = Int(cells.shape[Int(states.origins[Int(state)])])
        let start = cursors[shape] >= 0 ? cursors[shape] : floors[offsets.count]
        for word in start..<max(start, wordLimit) {
            let fits = free.bases(inWord: word, for: offsets)
            guard fits != 0 else { continue }
            cursors[shape] = word
            if offsets.count > 1, word - start > Self.patience {
                floors[offsets.count] = max(floors[offsets.count], word - Self.patience / 2)
            }
            return word * 64 + fits.trailingZeroBitCount
        }
        return nil
    }
}
