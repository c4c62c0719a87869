internal import Baseline
import SensorABI

/// A compiled profile: the bytes that the kernel walks at its hooks and that `PolicyWalker`
/// walks here. The layout is described at PolicyProgram in loadline_abi.h.
public struct PolicyProgram: Hashable, Sendable {
    /// Header and automaton, in host order; as many as the size class has.
    public let cells: [UInt64]

    /// Cells of each size class, ascending.
    public static let sizeClasses: [Int] = [
        Int(LL_POLICY_CELLS_0), Int(LL_POLICY_CELLS_1), Int(LL_POLICY_CELLS_2),
        Int(LL_POLICY_CELLS_3),
    ]

    static let headerCells = Int(LL_POLICY_HEADER_CELLS)
    static let acceptOffset = UInt32(truncatingIfNeeded: LL_POLICY_ACCEPT_CELL)
    private static let dimensions = Int(LL_DIMENSION_COUNT)

    /// Index of the size class, 0 to 3.
    public var sizeClass: Int { Self.sizeClasses.firstIndex(of: cells.count) ?? 0 }

    public var abiVersion: UInt32 { Self.high(cells[0]) }
    /// The state that executables' paths are walked from.
    public var root: UInt32 { Self.high(cells[1]) }
    /// The subject of the container runtime's set-up phase; 0: no rules for it.
    public var runtimeSubject: UInt32 { Self.low(cells[3]) }

    /// LL_RESPONSE_*
    public var response: UInt32 { Self.high(cells[3]) }
    /// Whether a rule is for one phase only.
    public var hasPhases: Bool { response & UInt32(LL_RESPONSE_HAS_PHASES) != 0 }
    /// Whether those of an origin (LL_ORIGIN_*) are not to be killed.
    public func spares(origin: UInt32) -> Bool {
        origin & LL_ORIGIN_INIT != 0 && response & UInt32(LL_RESPONSE_KILLS_INIT) == 0
            || origin & LL_ORIGIN_EXEC != 0 && response & UInt32(LL_RESPONSE_KILLS_EXECS) == 0
    }

    /// Refusals and kills in a minute; 0: no bound.
    public var breaker: UInt32 { Self.low(cells[4]) }

    /// LL_ACTION_* for a dimension; 0: not judged.
    public func action(dimension: UInt8) -> UInt8 {
        guard Int(dimension) < Self.dimensions else { return 0 }
        return UInt8(truncatingIfNeeded: cells[2] >> UInt64(8 * dimension))
    }

    public enum FormatError: Error, Hashable, Sendable, CustomStringConvertible {
        case size(cells: Int)
        case magic(UInt32)
        case version(UInt32)
        case cellCount(header: UInt32, actual: Int)
        case state(field: String, value: UInt32)
        case action(dimension: Int, value: UInt8)

        public var description: String {
            let problem =
                switch self {
                case .size(let cells): "\(cells) cells are none of the sizes \(sizeClasses)"
                case .magic(let value): "it begins with \(value), not with LL01"
                case .version(let value):
                    "it is of version \(value), this loadline reads \(LL_ABI_VERSION)"
                case .cellCount(let header, let actual):
                    "its header says \(header) cells, there are \(actual)"
                case .state(let field, let value): "\(field) \(value) is not a state"
                case .action(let dimension, let value):
                    "action \(value) of dimension \(dimension) is unknown"
                }
            return "not a PolicyProgram: \(problem); compile the profile again"
        }
    }

    /// Takes cells from outside. The header is checked; the automaton need not be, since
    /// no walk over any cells leaves them or lasts longer than its string.
    public init(validating cells: [UInt64]) throws(FormatError) {
        guard Self.sizeClasses.contains(cells.count) else { throw .size(cells: cells.count) }
        guard Self.low(cells[0]) == LL_POLICY_MAGIC else { throw .magic(Self.low(cells[0])) }
        guard Self.high(cells[0]) == UInt32(LL_ABI_VERSION) else {
            throw .version(Self.high(cells[0]))
        }
        guard Int(Self.low(cells[1])) == cells.count else {
            throw .cellCount(header: Self.low(cells[1]), actual: cells.count)
        }
        self.cells = cells
        guard isState(root) else { throw .state(field: "root", value: root) }
        guard runtimeSubject == 0 || isState(runtimeSubject) else {
            throw .state(field: "runtime subject", value: runtimeSubject)
        }
        for dimension in 0..<Self.dimensions {
            let value = action(dimension: UInt8(truncatingIfNeeded: dimension))
            guard value <= UInt8(LL_ACTION_QUARANTINE) else {
                throw .action(dimension: dimension, value: value)
            }
        }
    }

    /// Writes the header over cells that hold the automaton.
    init(
        automaton cells: [UInt64], root: UInt32, runtimeSubject: UInt32,
        actions: [(UInt8, UInt8)], response: Response, hasPhases: Bool
    ) {
        var cells = cells
        cells[0] = Self.cell(low: LL_POLICY_MAGIC, high: UInt32(LL_ABI_VERSION))
        cells[1] = Self.cell(low: UInt32(truncatingIfNeeded: cells.count), high: root)
        for (dimension, action) in actions {
            cells[2] |= UInt64(action) << UInt64(8 * dimension)
        }
        let phases = hasPhases ? UInt32(LL_RESPONSE_HAS_PHASES) : 0
        cells[3] = Self.cell(low: runtimeSubject, high: response.flags | phases)
        cells[4] = UInt64(response.breaker ?? 0)
        self.cells = cells
    }

    private func isState(_ value: UInt32) -> Bool {
        Int(value) >= Self.headerCells && Int(value) + Int(Self.acceptOffset) < cells.count
    }

    static func low(_ cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell) }
    static func high(_ cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell >> 32) }
    static func cell(low: UInt32, high: UInt32) -> UInt64 { UInt64(low) | UInt64(high) << 32 }
}

extension Response {
    /// LL_RESPONSE_*
    fileprivate var flags: UInt32 {
        var flags: UInt32 = 0
        if mayKill.contains(.initProcess) { flags |= UInt32(LL_RESPONSE_KILLS_INIT) }
        if mayKill.contains(.execs) { flags |= UInt32(LL_RESPONSE_KILLS_EXECS) }
        return flags
    }
}
