/// What a profile may cost to compile. At each limit the compiler stops and names the rules
/// that cost most; nothing is cut silently.
public struct CompileLimits: Hashable, Sendable {
    public enum Name: String, Hashable, Sendable {
        case patternBytes, ruleLabels, states, setNodes, steps, work, cells
    }

    /// Bytes of the shortest path that one pattern can match: no longer path is ever decided.
    public var patternBytes: Int
    /// Bytes and wildcards of all patterns together.
    public var ruleLabels: Int
    /// States before equal ones are merged.
    public var states: Int
    /// Sum over those states of the positions in rules that each stands for.
    public var setNodes: Int
    /// Byte ranges that lead from one state to another.
    public var steps: Int
    /// Positions looked at while building: bounds the time.
    public var work: Int
    /// Cells of the program.
    public var cells: Int

    public init(
        patternBytes: Int = 4096, ruleLabels: Int = 1 << 24, states: Int = 1 << 22,
        setNodes: Int = 1 << 24, steps: Int = 1 << 24, work: Int = 1 << 28,
        cells: Int = PolicyProgram.sizeClasses[PolicyProgram.sizeClasses.count - 1]
    ) {
        self.patternBytes = patternBytes
        self.ruleLabels = ruleLabels
        self.states = states
        self.setNodes = setNodes
        self.steps = steps
        self.work = work
        self.cells = cells
    }

    func value(_ name: Name) -> Int {
        switch name {
        case .patternBytes: patternBytes
        case .ruleLabels: ruleLabels
        case .states: states
        case .setNodes: setNodes
        case .steps: steps
        case .work: work
        case .cells: cells
        }
    }
}
