internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// The consumer's end of a BPF ring buffer.
@safe public final class RingBuffer {
    /// Called for each record; the span ends with the call.
    public typealias Consumer = (RawSpan) -> Void

    /// Records handed on by one `poll`: a flood of them must not keep the loop from all else that
    /// it has to do. What is left over is taken by the next call.
    public static let pollLimit = 4096
    private var ring: OpaquePointer?
    private let consumer: Consumer
    private let positions: RingPositions
    /// Records and bytes that the call under way may still hand on.
    private var budget = 0
    private var byteBudget: UInt64 = 0

    public init(_ map: BPFMap, consumer: @escaping Consumer) throws(KernelError) {
        self.consumer = consumer
        positions = try RingPositions(map)
        unsafe ring = nil
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let made = unsafe ring_buffer__new(
            map.fd,
            { context, bytes, size in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let buffer = unsafe Unmanaged<RingBuffer>.fromOpaque(context).takeUnretainedValue()
                buffer.consumer(
                    unsafe UnsafeRawBufferPointer(start: bytes, count: Int(size)).bytes)
                // libbpf ends the call with this, the record counting as taken.
                return buffer.mayGoOn(afterBytes: size) ? 0 : -ECANCELED
            }, context, nil)
        guard let made = unsafe made else {
            throw KernelError("open the ring buffer \(map.name)", errno: .current)
        }
        unsafe ring = made
    }

    deinit { if let ring = unsafe ring { unsafe ring_buffer__free(ring) } }

    /// Waits until the kernel wakes the reader or the time is over, then hands on what is there:
    /// most records do not wake anybody. Returns how many there were.
    @discardableResult
    public func poll(milliseconds: Int32) throws(KernelError) -> Int {
        budget = Self.pollLimit
        byteBudget = .max
        let woken = try taken(unsafe ring_buffer__poll(ring, milliseconds), of: Self.pollLimit)
        let left = budget
        guard left > 0 else { return woken }
        return woken + (try taken(unsafe ring_buffer__consume(ring), of: left))
    }

    /// Hands on what is there at the call, and no more, whatever is added meanwhile: a container
    /// may be quicker than whoever reads.
    @discardableResult
    public func drain() throws(KernelError) -> Int {
        byteBudget = positions.waiting
        guard byteBudget > 0 else { return 0 }
        budget = .max
        return try taken(unsafe ring_buffer__consume(ring), of: .max)
    }

    /// How much was ever written, and how much of it was handed on: bytes.
    public var written: UInt64 { positions.written }
    public var taken: UInt64 { positions.read }

    private func mayGoOn(afterBytes size: Int) -> Bool {
        budget -= 1
        // In the ring a record has 8 bytes before it and ends at a multiple of 8.
        let taken = UInt64(size + 8 + 7) & ~7
        byteBudget -= min(byteBudget, taken)
        return budget > 0 && byteBudget > 0
    }

    private func taken(_ count: Int32, of limit: Int) throws(KernelError) -> Int {
        if count >= 0 { return Int(count) }
        switch Errno(rawValue: -count) {
        case .interrupted, .canceled: return limit - max(0, budget)
        case let errno: throw KernelError("read the ring buffer", errno: errno)
        }
    }
}
