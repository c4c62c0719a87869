/// The BPF objects that are compiled into this binary.
public enum EmbeddedObjects {
    public static var sensor: [UInt8] { decode(LoadlineObject.base64) }
    public static var probes: [UInt8] { decode(ProbesObject.base64) }
    /// For benchmarks: a counter of system calls and an empty program.
    public static var counting: [UInt8] { decode(CountingObject.base64) }

    /// Standard base64 with padding, as EmbedObject writes it.
    private static func decode(_ text: StaticString) -> [UInt8] {
        let digits = unsafe UnsafeBufferPointer(
            start: text.utf8Start, count: text.utf8CodeUnitCount)
        var table: [UInt8] = Array(repeating: 0, count: 256)
        for (value, digit) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .utf8.enumerated()
        {
            table[Int(digit)] = UInt8(value)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        var word: UInt32 = 0
        var count = 0
        for index in digits.indices {
            let digit = unsafe digits[index]
            if digit == UInt8(ascii: "=") { break }
            word = word << 6 | UInt32(table[Int(digit)])
            count += 1
            if count == 4 {
                bytes += [
                    UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8),
                    UInt8(truncatingIfNeeded: word),
                ]
                word = 0
                count = 0
            }
        }
        if count == 3 {
            bytes += [UInt8(truncatingIfNeeded: word >> 10), UInt8(truncatingIfNeeded: word >> 2)]
        } else if count == 2 {
            bytes.append(UInt8(truncatingIfNeeded: word >> 4))
        }
        return bytes
    }
}
