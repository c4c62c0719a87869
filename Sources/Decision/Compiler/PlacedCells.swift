/// The states with their bases, in a program of the smallest size class that holds them.
struct PlacedCells {
    private let cells: StateCells
    private let states: Unfolding
    private let placement: CellPlacement
    private let size: Int

    /// Ways to place, the best for walks first, each for programs that fill up to so much of
    /// their size: the fuller one is, the less room can be lost to locality.
    private static let attempts: [(percent: Int, hasCopies: Bool, narrow: Int)] = [
        (75, true, 16), (80, false, 16), (100, false, 4), (100, false, 1),
    ]

    /// nil where the cells do not fit in so many.
    init?(_ cells: StateCells, _ automaton: Automaton, walkedFrom starts: [Int32], limit: Int) {
        var named = Array(repeating: false, count: cells.count)
        for state in starts + automaton.subject where state >= 0 { named[Int(state)] = true }
        let count = cells.offsets.count
        var tooSmall = 0
        for size in PolicyProgram.sizeClasses where size > count && limit > tooSmall {
            for attempt in Self.attempts where count * 100 <= size * attempt.percent {
                let room = attempt.hasCopies ? min(size / 4 * 3, count / 4 * 5) : 0
                let states = Unfolding(cells, named: named, room: room)
                guard
                    let placement = CellPlacement.place(
                        cells, states, narrow: attempt.narrow, limit: min(size, limit))
                else { continue }
                self.cells = cells
                self.states = states
                self.placement = placement
                self.size = size
                return
            }
            tooSmall = size
        }
        return nil
    }

    /// Of a state that walks begin at.
    func base(of state: Int32) -> UInt32 { placement.bases[Int(states.single[Int(state)])] }

    func filled(_ automaton: Automaton) -> [UInt64] {
        var filled = [UInt64](repeating: 0, count: size)
        for (state, origin) in states.origins.enumerated() {
            let base = placement.bases[state]
            let targets = states.targets[Int(states.start[state])...]
            for (target, offset) in zip(targets, cells.offsets[cells.range(origin)]) {
                let value: UInt32 =
                    switch target {
                    case StateCells.Value.dead: 0
                    case StateCells.Value.accept:
                        automaton.subject[Int(origin)] < 0
                            ? automaton.accept[Int(origin)]
                            : self.base(of: automaton.subject[Int(origin)])
                    default: placement.bases[Int(target)]
                    }
                filled[Int(base) + Int(offset)] = PolicyProgram.cell(low: base, high: value)
            }
        }
        return filled
    }
}
