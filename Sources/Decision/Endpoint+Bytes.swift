public import Baseline
internal import SysFlow

extension Endpoint {
    /// The bytes of `struct ll_endpoint`: protocol, port and address in network order.
    public var decisionBytes: [19 of UInt8] {
        var bytes: [19 of UInt8] = .init(repeating: 0)
        bytes[0] = proto.rawValue
        bytes[1] = UInt8(truncatingIfNeeded: port >> 8)
        bytes[2] = UInt8(truncatingIfNeeded: port)
        for index in 0..<8 {
            let shift = UInt64(56 - 8 * index)
            bytes[3 + index] = UInt8(truncatingIfNeeded: address.high >> shift)
            bytes[11 + index] = UInt8(truncatingIfNeeded: address.low >> shift)
        }
        return bytes
    }
}
