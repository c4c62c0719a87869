import Baseline
public import Decision
import SensorABI

/// The memory that walks over a program read: what a decision costs beyond its steps, where
/// the program is larger than the processor's caches.
public struct WalkFootprint: Equatable {
    public struct Count: Equatable {
        public var mean = 0.0
        public var most = 0
    }

    /// Distinct lines of 64 bytes in a walk over one path.
    public private(set) var lines = Count()
    /// Distinct pages of 4 KiB.
    public private(set) var pages = Count()

    private static let cellsPerLine: UInt32 = 8
    private static let cellsPerPage: UInt32 = 512

    /// Of the paths of a rule set, each once, as the executable of its profile opens them.
    public init(_ program: PolicyProgram, _ set: RuleSet) {
        let executable = Array(set.profile.executables[0].executable.utf8)
        let subject = PolicyWalker(program).subject(executable: executable.span)
        for path in set.paths {
            let cells = Self.cells(program, from: subject, path)
            add(Set(cells.map { $0 / Self.cellsPerLine }).count, to: \.lines)
            add(Set(cells.map { $0 / Self.cellsPerPage }).count, to: \.pages)
        }
        lines.mean /= Double(set.paths.count)
        pages.mean /= Double(set.paths.count)
    }

    private mutating func add(_ count: Int, to total: WritableKeyPath<Self, Count>) {
        self[keyPath: total].mean += Double(count)
        self[keyPath: total].most = max(self[keyPath: total].most, count)
    }

    /// Every cell that the walk looks at, as loadline_abi.h describes it.
    private static func cells(
        _ program: PolicyProgram, from subject: UInt32, _ path: [UInt8]
    ) -> [UInt32] {
        var touched: [UInt32] = []
        var state = subject
        func read(_ offset: UInt32) -> UInt32? {
            touched.append(state + offset)
            let cell = program.cells[Int(state + offset)]
            return UInt32(truncatingIfNeeded: cell) == state
                ? UInt32(truncatingIfNeeded: cell >> 32) : nil
        }
        for byte in [UInt8(LL_DIMENSION_FILE)] + path {
            guard let next = read(UInt32(LL_POLICY_BYTE_CELL) + UInt32(byte)) ?? read(0), next != 0
            else { return touched }
            state = next
        }
        _ = read(UInt32(LL_POLICY_ACCEPT_CELL))
        return touched
    }
}
