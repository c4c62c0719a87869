internal import CLibbpf
internal import Glibc
internal import Synchronization

/// What libbpf and the verifier say, kept for the error that follows: the last 64 KiB.
enum LibbpfLog {
    static let limit = 65_536
    /// Bytes of one message: libbpf gives the verifier room for 16 MiB, and why it refused stands at
    /// the end.
    private static let messageLimit = 17 << 20

    private static let text = Mutex<[UInt8]>([])

    /// Forgets what was said and listens from now on.
    static func begin() {
        text.withLock { $0.removeAll() }
        _ = unsafe libbpf_set_print { level, format, arguments in
            guard level != LIBBPF_DEBUG, let format = unsafe format,
                let arguments = unsafe arguments
            else { return 0 }
            // On the heap: the compiler puts temporary room of any size on the stack.
            let line = unsafe [CChar](unsafeUninitializedCapacity: LibbpfLog.messageLimit) {
                buffer, used in
                let count = unsafe vsnprintf(
                    buffer.baseAddress, buffer.count, format, arguments)
                used = max(0, min(Int(count), buffer.count - 1))
            }
            LibbpfLog.append(line.suffix(LibbpfLog.limit).map { UInt8(bitPattern: $0) })
            return 0
        }
    }

    private static func append(_ line: [UInt8]) {
        text.withLock { text in
            text += line
            if text.count > limit { text.removeFirst(text.count - limit) }
        }
    }

    static var content: String { text.withLock { String(decoding: $0, as: UTF8.self) } }
}
