/// Finds positions in a table by hash: open addressing with linear probing. What makes two
/// entries equal is the caller's to say.
struct HashIndex {
    private struct Cell {
        var hash: UInt32 = 0
        var index: Int32 = -1
    }

    private var cells = [Cell](repeating: Cell(), count: 16)
    private(set) var count = 0

    @inline(__always)
    func find(_ hash: UInt32, where isEqual: (Int32) -> Bool) -> Int32? {
        var position = Int(hash) & (cells.count &- 1)
        while cells[position].index >= 0 {
            let cell = cells[position]
            if cell.hash == hash, isEqual(cell.index) { return cell.index }
            position = (position &+ 1) & (cells.count &- 1)
        }
        return nil
    }

    /// A walk over the entries of a hash, for where a closure cannot say what is equal.
    struct Probe {
        fileprivate let hash: UInt32
        fileprivate var position: Int
    }

    func probe(_ hash: UInt32) -> Probe {
        Probe(hash: hash, position: Int(hash) & (cells.count &- 1))
    }

    func next(_ probe: inout Probe) -> Int32? {
        while cells[probe.position].index >= 0 {
            let cell = cells[probe.position]
            probe.position = (probe.position &+ 1) & (cells.count &- 1)
            if cell.hash == probe.hash { return cell.index }
        }
        return nil
    }

    mutating func insert(_ hash: UInt32, _ index: Int32) {
        if (count &+ 1) &* 2 > cells.count { grow() }
        place(Cell(hash: hash, index: index))
        count &+= 1
    }

    mutating func remove(_ hash: UInt32, _ index: Int32) {
        let mask = cells.count &- 1
        var hole = Int(hash) & mask
        while cells[hole].index != index {
            if cells[hole].index < 0 { return }
            hole = (hole &+ 1) & mask
        }
        count &-= 1
        // Later cells of the run move up, where the hole lies between their home and them.
        var position = (hole &+ 1) & mask
        while cells[position].index >= 0 {
            let home = Int(cells[position].hash) & mask
            if (position &- home) & mask >= (position &- hole) & mask {
                cells[hole] = cells[position]
                hole = position
            }
            position = (position &+ 1) & mask
        }
        cells[hole] = Cell()
    }

    private mutating func place(_ cell: Cell) {
        var position = Int(cell.hash) & (cells.count &- 1)
        while cells[position].index >= 0 { position = (position &+ 1) & (cells.count &- 1) }
        cells[position] = cell
    }

    private mutating func grow() {
        let old = cells
        cells = [Cell](repeating: Cell(), count: old.count * 2)
        for cell in old where cell.index >= 0 { place(cell) }
    }
}
