/// What was printed and not yet written: bytes that are used again and again.
struct OutputBuffer: Sendable {
    /// Some of it is not yet used.
    private var bytes: [UInt8]
    private(set) var count = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        bytes = Array(repeating: 0, count: capacity)
    }

    var contents: ArraySlice<UInt8> { bytes[..<count] }

    /// What one long line needed is given back.
    mutating func removeAll() {
        count = 0
        if bytes.count > 4 * capacity { bytes = Array(repeating: 0, count: capacity) }
    }

    mutating func append(_ other: [UInt8]) {
        withRoom(for: other.count) { $0.write(other.span) }
    }

    /// Has up to `most` bytes written behind the others.
    @inline(__always)
    mutating func withRoom(for most: Int, _ write: (inout LineWriter) -> Void) {
        if bytes.count - count < most {
            bytes.append(contentsOf: repeatElement(0, count: most + bytes.count / 4))
        }
        let start = count
        var writer = LineWriter(bytes.mutableSpan, at: start)
        write(&writer)
        let end = writer.position
        count = end
    }
}
