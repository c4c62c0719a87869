internal import Glibc

/// How far a ring buffer was written and read: the two pages that the kernel shows before its data.
@safe final class RingPositions {
    private let consumer: UnsafeMutableRawPointer
    private let producer: UnsafeMutableRawPointer

    init(_ map: BPFMap) throws(KernelError) {
        unsafe consumer = try Self.page(0, of: map)
        do throws(KernelError) {
            unsafe producer = try Self.page(1, of: map)
        } catch {
            unsafe munmap(consumer, Int(getpagesize()))
            throw error
        }
    }

    deinit {
        unsafe munmap(consumer, Int(getpagesize()))
        unsafe munmap(producer, Int(getpagesize()))
    }

    /// Bytes that were ever written, and that were read of them.
    var written: UInt64 { unsafe producer.load(as: UInt64.self) }
    var read: UInt64 { unsafe consumer.load(as: UInt64.self) }

    /// Bytes that were written and not read yet, records that are being written among them.
    var waiting: UInt64 {
        let read = unsafe consumer.load(as: UInt64.self)
        let written = unsafe producer.load(as: UInt64.self)
        return written >= read ? written - read : 0
    }

    private static func page(
        _ number: Int, of map: BPFMap
    ) throws(KernelError) -> UnsafeMutableRawPointer {
        let size = Int(getpagesize())
        let address = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, map.fd, off_t(number * size))
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw KernelError("see the positions of the ring buffer \(map.name)", errno: .current)
        }
        return unsafe address
    }
}
