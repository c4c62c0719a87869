/// Appends Avro's binary encoding to bytes.
struct ByteEncoder: Sendable {
    var bytes: [UInt8] = []
    var dialect = Dialect.sysflow

    mutating func long(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func int(_ value: Int32) { long(Int64(value)) }

    mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func string(_ text: String) {
        long(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func raw(_ other: [UInt8]) {
        long(Int64(other.count))
        bytes.append(contentsOf: other)
    }

    mutating func fileID(_ id: FileID) {
        for i in 0..<20 { bytes.append(id.bytes[i]) }
    }

    mutating func address(_ address: IPAddress) {
        for half in [address.high, address.low] {
            for i in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * i))) }
        }
    }

    mutating func marker(_ marker: [16 of UInt8]) {
        for i in 0..<16 { bytes.append(marker[i]) }
    }

    /// The branch of a union with null as its first.
    mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
        long(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    mutating func list<Element>(_ elements: [Element], _ write: (inout Self, Element) -> Void) {
        if !elements.isEmpty { long(Int64(elements.count)) }
        for element in elements { write(&self, element) }
        long(0)
    }

    /// In the order of the keys, so that the same record gives the same bytes.
    mutating func map(_ entries: [String: String]) {
        list(entries.sorted { $0.key < $1.key }) {
            $0.string($1.key)
            $0.string($1.value)
        }
    }
}
