internal import CLibbpf
internal import SystemPackage

/// The consumer's end of a BPF ring buffer.
@safe public final class RingBuffer {
    /// Called for each record; the span ends with the call.
    public typealias Consumer = (RawSpan) -> Void

    private var ring: OpaquePointer?
    private let consumer: Consumer

    public init(_ map: BPFMap, consumer: @escaping Consumer) throws(KernelError) {
        self.consumer = consumer
        unsafe ring = nil
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let made = unsafe ring_buffer__new(
            map.fd,
            { context, bytes, size in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let buffer = unsafe Unmanaged<RingBuffer>.fromOpaque(context).takeUnretainedValue()
                buffer.consumer(
                    unsafe UnsafeRawBufferPointer(start: bytes, count: Int(size)).bytes)
                return 0
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
        let count = unsafe ring_buffer__poll(ring, milliseconds)
        if count < 0 {
            let errno = Errno(rawValue: -count)
            guard errno == .interrupted else {
                throw KernelError("read the ring buffer", errno: errno)
            }
        }
        return max(0, Int(count)) + (try drain())
    }

    /// Hands on what is there now.
    @discardableResult
    public func drain() throws(KernelError) -> Int {
        let count = unsafe ring_buffer__consume(ring)
        guard count >= 0 else {
            throw KernelError("read the ring buffer", errno: Errno(rawValue: -count))
        }
        return Int(count)
    }
}
