/// Writes into bytes that are there already, one behind the other. Whoever makes one has seen that
/// there is room.
struct LineWriter: ~Copyable, ~Escapable {
    private var room: MutableSpan<UInt8>
    /// Where the next byte goes.
    private(set) var position: Int

    @_lifetime(copy room)
    init(_ room: consuming MutableSpan<UInt8>, at position: Int) {
        self.room = room
        self.position = position
    }

    // The loops run over parts whose length is known, so that no byte is checked alone.

    @inline(__always) @_lifetime(self: copy self)
    mutating func write(_ bytes: Span<UInt8>) {
        let end = position + bytes.count
        var part = room._mutatingExtracting(position..<end)
        for i in bytes.indices { part[i] = bytes[i] }
        position = end
    }

    @inline(__always) @_lifetime(self: copy self)
    mutating func write(_ byte: UInt8) {
        room[position] = byte
        position += 1
    }

    @inline(__always) @_lifetime(self: copy self)
    mutating func write(_ address: UInt32) {
        writeOctet(address >> 24)
        write(UInt8(ascii: "."))
        writeOctet(address >> 16 & 255)
        write(UInt8(ascii: "."))
        writeOctet(address >> 8 & 255)
        write(UInt8(ascii: "."))
        writeOctet(address & 255)
    }

    @_lifetime(self: copy self)
    private mutating func writeOctet(_ octet: UInt32) {
        let value = UInt8(truncatingIfNeeded: octet)
        if value >= 100 { write(0x30 + value / 100) }
        if value >= 10 { write(0x30 + value / 10 % 10) }
        write(0x30 + value % 10)
    }

    /// Takes back what was written last.
    @_lifetime(self: copy self)
    mutating func moveBack(by count: Int) { position -= count }

    /// A number in decimal; 20 bytes at most.
    @_lifetime(self: copy self)
    mutating func writeDecimal(_ value: Int64) {
        var rest = value.magnitude
        if value < 0 { write(UInt8(ascii: "-")) }
        if rest < 10 {
            write(0x30 + UInt8(truncatingIfNeeded: rest))
            return
        }
        let end = position + Self.digits(of: rest)
        var place = end
        while rest >= 100 {
            let pair = UInt8(truncatingIfNeeded: rest % 100)
            rest /= 100
            place -= 2
            room[place] = 0x30 + pair / 10
            room[place + 1] = 0x30 + pair % 10
        }
        let pair = UInt8(truncatingIfNeeded: rest)
        room[place - 1] = 0x30 + pair % 10
        if pair >= 10 { room[place - 2] = 0x30 + pair / 10 }
        position = end
    }

    /// A number of 19 digits over what stands at `start`.
    @inline(__always) @_lifetime(self: copy self)
    mutating func overwrite(at start: Int, with19Digits value: Int64) {
        var part = room._mutatingExtracting(start..<start + 19)
        let number = UInt64(bitPattern: value)
        let upper = number / 10_000_000_000_000_000
        let lower = number - upper * 10_000_000_000_000_000
        let middle = UInt32(truncatingIfNeeded: lower / 100_000_000)
        let last = UInt32(truncatingIfNeeded: lower - lower / 100_000_000 * 100_000_000)
        part[0] = 0x30 + UInt8(truncatingIfNeeded: upper / 100)
        let pair = UInt8(truncatingIfNeeded: upper % 100)
        part[1] = 0x30 + pair / 10
        part[2] = 0x30 + pair % 10
        Self.eightDigits(middle, at: 3, of: &part)
        Self.eightDigits(last, at: 11, of: &part)
    }

    @inline(__always) @_lifetime(part: copy part)
    private static func eightDigits(
        _ value: UInt32, at start: Int, of part: inout MutableSpan<UInt8>
    ) {
        let (upper, lower) = (value / 10000, value % 10000)
        let pairs = (upper / 100, upper % 100, lower / 100, lower % 100)
        part[start] = 0x30 + UInt8(truncatingIfNeeded: pairs.0 / 10)
        part[start + 1] = 0x30 + UInt8(truncatingIfNeeded: pairs.0 % 10)
        part[start + 2] = 0x30 + UInt8(truncatingIfNeeded: pairs.1 / 10)
        part[start + 3] = 0x30 + UInt8(truncatingIfNeeded: pairs.1 % 10)
        part[start + 4] = 0x30 + UInt8(truncatingIfNeeded: pairs.2 / 10)
        part[start + 5] = 0x30 + UInt8(truncatingIfNeeded: pairs.2 % 10)
        part[start + 6] = 0x30 + UInt8(truncatingIfNeeded: pairs.3 / 10)
        part[start + 7] = 0x30 + UInt8(truncatingIfNeeded: pairs.3 % 10)
    }

    /// A time with all its 26 characters over what stands at `start`.
    @inline(__always) @_lifetime(self: copy self)
    mutating func overwrite(
        at start: Int, withTime wholeSeconds: Span<UInt8>, _ micros: UInt32
    ) {
        var part = room._mutatingExtracting(start..<start + 26)
        let seconds = wholeSeconds.extracting(0..<20)
        for i in 0..<20 { part[i] = seconds[i] }
        let (upper, lower) = (micros / 1000, micros % 1000)
        part[20] = 0x30 + UInt8(truncatingIfNeeded: upper / 100)
        part[21] = 0x30 + UInt8(truncatingIfNeeded: upper / 10 % 10)
        part[22] = 0x30 + UInt8(truncatingIfNeeded: upper % 10)
        part[23] = 0x30 + UInt8(truncatingIfNeeded: lower / 100)
        part[24] = 0x30 + UInt8(truncatingIfNeeded: lower / 10 % 10)
        part[25] = 0x30 + UInt8(truncatingIfNeeded: lower % 10)
    }

    /// A time, without microseconds where they are 0.
    @_lifetime(self: copy self)
    mutating func writeTime(_ wholeSeconds: Span<UInt8>, _ micros: UInt32) {
        if micros == 0 {
            write(wholeSeconds.extracting(0..<19))
        } else {
            overwrite(at: position, withTime: wholeSeconds, micros)
            position += 26
        }
    }

    private static func digits(of value: UInt64) -> Int {
        var (rest, count) = (value, 1)
        while rest >= 10000 {
            rest /= 10000
            count += 4
        }
        if rest >= 1000 { return count + 3 }
        if rest >= 100 { return count + 2 }
        return rest >= 10 ? count + 1 : count
    }
}
