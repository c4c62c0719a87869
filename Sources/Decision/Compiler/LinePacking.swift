/// As many as possible of the states of a run, each with a single cell, in one line.
///
/// The cells may lie in any order: a state's base follows from its cell and its byte, and it
/// is the bases that clash.
struct LinePacking {
    /// How many there is room for, from the first on.
    private(set) var count = 0

    private var line = 0
    private var offsets: [Int] = []
    /// Places in the line of the states that fit, a byte each.
    private var places: UInt64 = 0
    /// For each state the places where it fits by itself.
    private var free: [UInt64] = []
    private var stepsLeft = Self.steps

    /// Places tried: enough to find nearly all there is.
    private static let steps = 64

    /// None.
    init() {}

    /// - Parameter offsets: the offset of each state's cell; 8 at most.
    init(_ offsets: [UInt16], line: Int, _ cells: FreeCells) {
        self.line = line
        self.offsets = offsets.map(Int.init)
        for index in offsets.indices {
            let base = line * FreeCells.cellsPerLine - Int(offsets[index])
            let fits = cells.bases(from: base, for: offsets[index...index])
            guard fits != 0 else { break }
            free.append(fits)
        }
        _ = place(0, taken: 0, places: 0)
    }

    func base(_ index: Int) -> Int {
        line * FreeCells.cellsPerLine + Self.place(index, places) - offsets[index]
    }

    /// Tries the states from this one on; true where all fit.
    private mutating func place(_ index: Int, taken: UInt64, places: UInt64) -> Bool {
        if index > count {
            count = index
            self.places = places
        }
        guard index < free.count else { return true }
        var left = free[index] & ~taken
        while left != 0, stepsLeft > 0 {
            stepsLeft -= 1
            let place = left.trailingZeroBitCount
            left &= left - 1
            guard !clashes(index, place, places) else { continue }
            let next = places | UInt64(place) << UInt64(8 * index)
            if self.place(index + 1, taken: taken | 1 << UInt64(place), places: next) {
                return true
            }
        }
        return false
    }

    /// Whether a state here would have the base of one before it.
    private func clashes(_ index: Int, _ place: Int, _ places: UInt64) -> Bool {
        for other in 0..<index
        where Self.place(other, places) - offsets[other] == place - offsets[index] {
            return true
        }
        return false
    }

    private static func place(_ index: Int, _ places: UInt64) -> Int {
        Int(places >> UInt64(8 * index) & 0xff)
    }
}
