/// Which bases and cells are free, as bits, so that 64 bases are tried at once.
///
/// A state fits where its base and, for each of its offsets, the cell that far behind it are
/// free.
struct FreeCells {
    /// What the processor reads at once: 64 bytes.
    static let cellsPerLine = 8

    /// One past the last base that a state may have.
    let baseLimit: Int

    private var bases: [UInt64]
    private var cells: [UInt64]

    /// - Parameter limit: one past the last cell.
    init(limit: Int) {
        baseLimit = max(0, limit - StateCells.reach) & ~63
        // What is asked about a base reaches a word or two further.
        bases = Array(repeating: .max, count: (baseLimit + StateCells.reach) / 64 + 3)
        cells = bases
        let header = (UInt64(1) << UInt64(PolicyProgram.headerCells)) - 1
        bases[0] &= ~header
        cells[0] &= ~header
    }

    /// The bases of a word of 64 at which a state with these offsets fits.
    func bases(inWord word: Int, for offsets: ArraySlice<UInt16>) -> UInt64 {
        guard word * 64 < baseLimit else { return 0 }
        var fits = bases[word]
        for offset in offsets where fits != 0 {
            fits &= Self.bits(cells, from: word * 64 + Int(offset))
        }
        return fits
    }

    /// As `bases(inWord:for:)`, of the 8 bases from this one on.
    func bases(from base: Int, for offsets: ArraySlice<UInt16>) -> UInt64 {
        guard base >= PolicyProgram.headerCells, base + 8 <= baseLimit else { return 0 }
        var fits = Self.bits(bases, from: base) & 0xff
        for offset in offsets where fits != 0 {
            fits &= Self.bits(cells, from: base + Int(offset))
        }
        return fits
    }

    /// How many cells of a line are free.
    func count(inLine line: Int) -> Int {
        return (cells[line >> 3] >> UInt64((line & 7) * 8) & 0xff).nonzeroBitCount
    }

    mutating func take(base: Int, _ offsets: ArraySlice<UInt16>) {
        bases[base >> 6] &= ~(1 << UInt64(base & 63))
        for offset in offsets {
            let cell = base + Int(offset)
            cells[cell >> 6] &= ~(1 << UInt64(cell & 63))
        }
    }

    private static func bits(_ words: [UInt64], from index: Int) -> UInt64 {
        let shift = UInt64(index & 63)
        let low = words[index >> 6] >> shift
        return shift == 0 ? low : low | words[index >> 6 + 1] << (64 - shift)
    }
}
