public import Baseline
public import SysFlow

/// The bytes of `struct ll_endpoint`: protocol, port and address in network order.
public struct Endpoint: Hashable, Sendable {
    public static let size = 19
    public var bytes: [19 of UInt8]

    public init(proto: TransportProtocol, address: IPAddress, port: UInt16) {
        bytes = .init(repeating: 0)
        bytes[0] = proto.rawValue
        bytes[1] = UInt8(truncatingIfNeeded: port >> 8)
        bytes[2] = UInt8(truncatingIfNeeded: port)
        for index in 0..<8 {
            let shift = UInt64(56 - 8 * index)
            bytes[3 + index] = UInt8(truncatingIfNeeded: address.high >> shift)
            bytes[11 + index] = UInt8(truncatingIfNeeded: address.low >> shift)
        }
    }

    public static func == (a: Endpoint, b: Endpoint) -> Bool {
        for index in 0..<size where a.bytes[index] != b.bytes[index] { return false }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        for index in 0..<Self.size { hasher.combine(bytes[index]) }
    }
}
