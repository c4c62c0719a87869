/// Finds each state a base such that no two states share a base or a cell.
///
/// Free bases and cells are bits, so 64 bases are tried at once. A state fits where its base
/// and, for each of its offsets, the cell that far behind it are free.
struct CellPlacement {
    /// Base of each state; 0 until placed.
    private(set) var bases: [UInt32]
    /// One past the last cell that a state may touch.
    private(set) var end: Int

    private let cells: StateCells
    private let limit: Int
    private var freeBases: [UInt64] = []
    private var freeCells: [UInt64] = []
    /// For each shape (set of offsets) the word where it last fitted: before it, it fits nowhere.
    private var cursors: [Int] = []
    /// For each number of offsets where the search for a new shape begins.
    private var floors = Array(repeating: 0, count: StateCells.maximumPerState + 1)

    /// The cell placed last that leads to each state.
    private var leadingCell: [UInt32?]

    /// How far behind the leading cell a state may be put, in words.
    private static let neighbourhood = 8
    /// How far a search may go, in words, before later ones of its size begin further on.
    private static let patience = 256

    /// nil where the cells do not fit.
    static func place(_ cells: StateCells, limit: Int) -> CellPlacement? {
        var placement = CellPlacement(cells: cells, limit: limit)
        for state in cells.placementOrder {
            guard placement.place(state) else { return nil }
        }
        return placement
    }

    private init(cells: StateCells, limit: Int) {
        self.cells = cells
        self.limit = limit
        bases = Array(repeating: 0, count: cells.count)
        leadingCell = Array(repeating: nil, count: cells.count)
        end = PolicyProgram.headerCells
        cursors = Array(repeating: -1, count: cells.shapeCount)
        extend(to: 0)
        let header = (UInt64(1) << UInt64(PolicyProgram.headerCells)) - 1
        freeBases[0] &= ~header
        freeCells[0] &= ~header
    }

    private mutating func place(_ state: Int32) -> Bool {
        let offsets = cells.range(state)
        guard let base = near(state, offsets) ?? first(state, offsets) else { return false }
        take(state, base: base, offsets)
        return end <= limit
    }

    /// A base that puts the state's first cell shortly behind the one that leads to it: a walk
    /// then finds its next cells in memory that it has just read.
    private mutating func near(_ state: Int32, _ offsets: Range<Int>) -> Int? {
        guard let leading = leadingCell[Int(state)], let offset = cells.offsets[offsets].first
        else { return nil }
        let lowest = max(PolicyProgram.headerCells, Int(leading) + 1 - Int(offset))
        var mask = UInt64.max << UInt64(lowest & 63)
        var word = lowest >> 6
        let last = min(word + Self.neighbourhood, (limit - StateCells.reach) >> 6) - 1
        while word <= last {
            extend(to: word)
            let fits = candidates(word, offsets) & mask
            if fits != 0 { return word * 64 + fits.trailingZeroBitCount }
            mask = .max
            word += 1
        }
        return nil
    }

    /// The first base where the state fits.
    private mutating func first(_ state: Int32, _ offsets: Range<Int>) -> Int? {
        let shape = Int(cells.shape[Int(state)])
        let start = cursors[shape] >= 0 ? cursors[shape] : floors[offsets.count]
        var word = start
        while word * 64 < limit {
            extend(to: word)
            let fits = candidates(word, offsets)
            if fits != 0 {
                cursors[shape] = word
                if offsets.count > 1, word - start > Self.patience {
                    floors[offsets.count] = max(floors[offsets.count], word - Self.patience / 2)
                }
                return word * 64 + fits.trailingZeroBitCount
            }
            word += 1
        }
        return nil
    }

    private func candidates(_ word: Int, _ offsets: Range<Int>) -> UInt64 {
        var fits = freeBases[word]
        for index in offsets where fits != 0 {
            let offset = Int(cells.offsets[index])
            let first = word + offset >> 6
            let shift = UInt64(offset & 63)
            var free = freeCells[first] >> shift
            if shift != 0 { free |= freeCells[first + 1] << (64 - shift) }
            fits &= free
        }
        return fits
    }

    private mutating func take(_ state: Int32, base: Int, _ offsets: Range<Int>) {
        bases[Int(state)] = UInt32(truncatingIfNeeded: base)
        freeBases[base >> 6] &= ~(1 << UInt64(base & 63))
        for index in offsets {
            let cell = base + Int(cells.offsets[index])
            freeCells[cell >> 6] &= ~(1 << UInt64(cell & 63))
            let target = cells.values[index]
            if target >= 0 { leadingCell[Int(target)] = UInt32(truncatingIfNeeded: cell) }
        }
        end = max(end, base + StateCells.reach)
    }

    /// Makes the words that bases of this word can reach.
    private mutating func extend(to word: Int) {
        let needed = word + StateCells.reach / 64 + 2
        guard freeCells.count < needed else { return }
        let count = max(needed, freeCells.count * 2)
        freeCells += repeatElement(.max, count: count - freeCells.count)
        freeBases += repeatElement(.max, count: count - freeBases.count)
    }
}
