/// Counts every system call of a cgroup and of those nested in it, from a tracepoint that has
/// nothing to do with the sensor: for benchmarks.
public final class SystemCallCounter {
    private let object: BPFObject
    private let link: BPFLink
    private let data: BPFMap

    /// counting.bpf.c's .bss: cgroup id, level, then 64 counters of which each has a cache line.
    private typealias Data = [514 of UInt64]

    /// - Parameter level: how deep the cgroup lies below the hierarchy's root.
    public init(cgroupID: UInt64, level: Int) throws(KernelError) {
        object = try BPFObject(bytes: EmbeddedObjects.counting, name: "counting")
        try object.setLoaded("do_nothing", false)
        try object.load()
        data = try object.map("counting.bss")
        var words = Data(repeating: 0)
        words[0] = cgroupID
        words[1] = UInt64(level)
        try data.set(UInt32(0), to: words)
        link = try object.attach("count_call")
    }

    /// Since it was made.
    public func count() throws(KernelError) -> UInt64 {
        let words = try data.value(at: UInt32(0), as: Data.self) ?? Data(repeating: 0)
        var sum: UInt64 = 0
        for index in stride(from: 2, to: words.count, by: 8) { sum += words[index] }
        return sum
    }
}

/// An empty program at every system call's return while it lives: the least that a sensor there
/// can cost.
public final class EmptyProgram {
    private let object: BPFObject
    private let link: BPFLink

    public init() throws(KernelError) {
        object = try BPFObject(bytes: EmbeddedObjects.counting, name: "counting")
        try object.setLoaded("count_call", false)
        try object.load()
        link = try object.attach("do_nothing")
    }
}
