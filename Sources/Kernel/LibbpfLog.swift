internal import CLibbpf
internal import Glibc
internal import Synchronization

/// What libbpf and the verifier say, kept for the error that follows: the last 64 KiB.
enum LibbpfLog {
    static let limit = 65_536

    private static let text = Mutex<[UInt8]>([])

    /// Forgets what was said and listens from now on.
    static func begin() {
        text.withLock { $0.removeAll() }
        _ = unsafe libbpf_set_print { level, format, arguments in
            guard level != LIBBPF_DEBUG, let format = unsafe format,
                let arguments = unsafe arguments
            else { return 0 }
            let line: [UInt8] = unsafe withUnsafeTemporaryAllocation(
                of: CChar.self, capacity: LibbpfLog.limit
            ) { buffer in
                let count = unsafe vsnprintf(
                    buffer.baseAddress, buffer.count, format, arguments)
                let kept = max(0, min(Int(count), buffer.count - 1))
                return unsafe buffer[0..<kept].map { UInt8(bitPattern: $0) }
            }
            LibbpfLog.append(line)
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
