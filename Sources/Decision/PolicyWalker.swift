public import Baseline
import SensorABI

/// Walks a PolicyProgram as the kernel does, step for step. No call allocates; each looks at
/// two cells a byte at most.
public struct PolicyWalker: Sendable {
    private let cells: [UInt64]
    private let mask: UInt32
    private let root: UInt32
    /// The subject of the container runtime's set-up phase; 0: the profile has no rules for it.
    public let runtimeSubject: UInt32

    public init(_ program: PolicyProgram) {
        cells = program.cells
        mask = UInt32(truncatingIfNeeded: program.cells.count) &- 1
        root = program.root
        runtimeSubject = program.runtimeSubject
    }

    /// The subject of an executable by its path; 0: the profile does not know it.
    public func subject(executable path: Span<UInt8>) -> UInt32 {
        walk(from: root, UInt8(LL_DIMENSION_SUBJECT), path)
    }

    /// The access (LL_ACCESS_*) that a subject has to an object: the bytes of a path, or of
    /// `struct ll_endpoint`. What digests bind stands in its own bits. 0 for subject 0.
    /// - Parameter phase: nil: what it has in any.
    public func allowed(
        subject: UInt32, dimension: UInt8, object: Span<UInt8>, phase: Phase? = nil
    ) -> UInt32 {
        let value = walk(from: subject, dimension, object)
        let (startup, serving) = (value >> UInt32(LL_STARTUP_SHIFT), value & LL_ACCESS_MASK)
        switch phase {
        case nil: return startup | serving
        case .startup: return startup
        case .serving: return serving
        }
    }

    private func walk(from start: UInt32, _ dimension: UInt8, _ bytes: Span<UInt8>) -> UInt32 {
        guard start != 0 else { return 0 }
        let cells = cells.span
        var state = next(cells, start, dimension)
        var index = 0
        while state != 0, index < bytes.count {
            state = next(cells, state, bytes[index])
            index += 1
        }
        guard state != 0 else { return 0 }
        let accept = cells[Int((state &+ PolicyProgram.acceptOffset) & mask)]
        return PolicyProgram.low(accept) == state ? PolicyProgram.high(accept) : 0
    }

    @inline(__always)
    private func next(_ cells: Span<UInt64>, _ state: UInt32, _ byte: UInt8) -> UInt32 {
        let own = cells[Int((state &+ 1 &+ UInt32(byte)) & mask)]
        if PolicyProgram.low(own) == state { return PolicyProgram.high(own) }
        let common = cells[Int(state & mask)]
        return PolicyProgram.low(common) == state ? PolicyProgram.high(common) : 0
    }
}
