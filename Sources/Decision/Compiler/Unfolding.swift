/// The states as they are placed: in the order of paths, and with copies of those that few
/// paths share.
///
/// A state that several paths lead to can lie near one of them only; the others jump to it, and
/// each jump is a line of memory, and often a page, more to read. What many paths share is read
/// often enough to stay in the cache. What few share is copied for each, as far as there is room.
struct Unfolding {
    /// The state of `StateCells` that each is, or is a copy of.
    private(set) var origins: [Int32] = []
    /// Beside the cells of its origin: where a cell leads to here, or one of
    /// `StateCells.Value`; from start[s] on.
    private(set) var targets: [Int32] = []
    private(set) var start: [Int32] = []
    /// How many accepted strings lead through each: how often walks come by. Roughly, where
    /// there are cycles.
    private(set) var heat: [Float] = []
    /// Depth-first from the beginnings: a state mostly comes after the one that leads to it.
    private(set) var order: [Int32] = []
    /// The one that stands for each state that is not copied; -1 for others.
    private(set) var single: [Int32]

    private let cells: StateCells
    private let counts: Counts
    /// Who asked last for a copy of each state, and which it got: all its cells lead to one.
    private var seenBy: [Int32]
    private var seenAs: [Int32]
    private var open: [Int32] = []

    var count: Int { origins.count }

    /// - Parameters:
    ///   - named: states that are not copied: those that walks begin at.
    ///   - room: how many cells all may have together; if originals have more, none is copied.
    init(_ cells: StateCells, named: [Bool], room: Int) {
        self.cells = cells
        counts = Counts(cells, named: named, room: room)
        single = Array(repeating: -1, count: cells.count)
        seenBy = single
        seenAs = single
        for state in (0..<Int32(truncatingIfNeeded: cells.count)).reversed()
        where named[Int(state)] && single[Int(state)] < 0 {
            single[Int(state)] = append(state, ways: counts.ways[Int(state)])
            while let copy = open.popLast() { expand(copy) }
        }
    }

    private mutating func append(_ state: Int32, ways: Float) -> Int32 {
        let copy = Int32(truncatingIfNeeded: origins.count)
        origins.append(state)
        start.append(0)
        heat.append(ways * counts.strings[Int(state)])
        open.append(copy)
        return copy
    }

    private mutating func expand(_ copy: Int32) {
        let origin = Int(origins[Int(copy)])
        let ways = heat[Int(copy)] / counts.strings[origin]
        order.append(copy)
        start[Int(copy)] = Int32(truncatingIfNeeded: targets.count)
        for index in cells.range(Int32(truncatingIfNeeded: origin)) {
            let target = cells.values[index]
            guard target >= 0 else {
                targets.append(target)
                continue
            }
            targets.append(self.copy(of: target, for: copy, ways: ways))
        }
    }

    private mutating func copy(of target: Int32, for copy: Int32, ways: Float) -> Int32 {
        let index = Int(target)
        if counts.isSingle[index] {
            if single[index] < 0 { single[index] = append(target, ways: counts.ways[index]) }
            return single[index]
        }
        if seenBy[index] != copy {
            seenAs[index] = append(target, ways: ways)
            seenBy[index] = copy
        }
        return seenAs[index]
    }
}

extension Unfolding {
    /// How much leads to each state and on from it, and which are not copied for that.
    private struct Counts {
        /// Ways to each from the beginnings, and strings accepted from each on.
        private(set) var ways: [Float]
        private(set) var strings: [Float]
        private(set) var isSingle: [Bool]

        /// A power of two. What more paths share is in the cache whatever else is.
        private static let mostCopies = 1024

        init(_ cells: StateCells, named: [Bool], room: Int) {
            strings = Array(repeating: 0, count: cells.count)
            ways = Array(repeating: 0, count: cells.count)
            isSingle = named
            countStrings(cells)
            countWays(cells)
            var most = Self.mostCopies
            while true {
                let (single, total) = Self.singles(cells, named: isSingle, mostCopies: most)
                guard total > room, most > 1 else {
                    isSingle = single
                    return
                }
                most /= 2
            }
        }

        private mutating func countStrings(_ cells: StateCells) {
            for state in 0..<Int32(truncatingIfNeeded: cells.count) {
                var sum: Float = 0
                var last: Int32 = -1
                for index in cells.range(state) where cells.values[index] != last {
                    last = cells.values[index]
                    if last == StateCells.Value.accept { sum += 1 }
                    // Targets come before sources, except on cycles.
                    if last >= state { isSingle[Int(state)] = true }
                    if last >= 0, last < state { sum += strings[Int(last)] }
                }
                strings[Int(state)] = max(sum, 1)
            }
        }

        private mutating func countWays(_ cells: StateCells) {
            for state in (0..<Int32(truncatingIfNeeded: cells.count)).reversed() {
                if ways[Int(state)] == 0 { ways[Int(state)] = 1 }
                var last: Int32 = -1
                for index in cells.range(state) where cells.values[index] != last {
                    last = cells.values[index]
                    if last >= 0, last < state { ways[Int(last)] += ways[Int(state)] }
                }
            }
        }

        /// Which states there is one of, where others are copied up to so many times; and how
        /// many cells that makes.
        private static func singles(
            _ cells: StateCells, named: [Bool], mostCopies: Int
        ) -> (isSingle: [Bool], cells: Int) {
            var isSingle = named
            var copies = Array(repeating: 0, count: cells.count)
            var total = 0
            for state in (0..<Int32(truncatingIfNeeded: cells.count)).reversed() {
                let index = Int(state)
                if copies[index] > mostCopies { isSingle[index] = true }
                if isSingle[index] || copies[index] == 0 { copies[index] = 1 }
                let range = cells.range(state)
                total += copies[index] * range.count
                var last: Int32 = -1
                for cell in range where cells.values[cell] != last {
                    last = cells.values[cell]
                    if last >= 0, last < state { copies[Int(last)] += copies[index] }
                }
            }
            return (isSingle, total)
        }
    }
}
