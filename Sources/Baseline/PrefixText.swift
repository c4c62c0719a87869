public import SysFlow

/// Prefixes: what they contain, and how they are written: `any`, `10.0.0.0/8`, `10.1.2.3`,
/// `fd00::/8`, `::1`.
extension Prefix {
    /// Every address of both families.
    public static let any = Prefix(high: 0, low: 0, length: 0)

    /// This one address.
    public init(_ address: IPAddress) {
        self.init(high: address.high, low: address.low, length: 128)
    }

    /// The first `length` of 128 bits of an address (for IPv4: 96 and its own length).
    public init(_ address: IPAddress, length: Int) {
        let bits = min(max(length, 0), 128)
        let mask = Self.mask(bits)
        self.init(high: address.high & mask.high, low: address.low & mask.low, length: bits)
    }

    public var address: IPAddress { IPAddress(high: high, low: low) }

    public func contains(_ other: IPAddress) -> Bool {
        let mask = Self.mask(min(max(length, 0), 128))
        return (other.high ^ high) & mask.high == 0 && (other.low ^ low) & mask.low == 0
    }

    public var text: String {
        if length <= 0 { return "any" }
        if length >= 128 { return address.description }
        return "\(address)/\(address.v4 != nil && length >= 96 ? length - 96 : length)"
    }

    public struct SyntaxError: Error, Hashable, Sendable {
        public var problem: String
        public var remedy: String
    }

    /// Reads the written form.
    public init(parsing text: String) throws(SyntaxError) {
        if text == "any" {
            self = .any
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(text: String(first)) else {
            throw SyntaxError(
                problem: "`\(text)` is not an address",
                remedy: "write an IPv4 or IPv6 address, a prefix such as 10.0.0.0/8, or any")
        }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let most = address.v4 == nil ? 128 : 32
        guard let bits = Self.decimal(parts[1]), bits <= most else {
            throw SyntaxError(
                problem: "`\(parts[1])` is not a prefix length",
                remedy: "write a number from 0 to \(most) after the slash")
        }
        let prefix = Prefix(address, length: address.v4 == nil ? bits : bits + 96)
        guard prefix.address == address else {
            throw SyntaxError(
                problem: "`\(text)` has bits set beyond its length",
                remedy: "write \(prefix.text), or \(address) for the one address")
        }
        self = prefix
    }

    private static func decimal(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func mask(_ bits: Int) -> (high: UInt64, low: UInt64) {
        func leading(_ count: Int) -> UInt64 {
            count <= 0 ? 0 : count >= 64 ? .max : ~(UInt64.max >> UInt64(count))
        }
        return (leading(bits), leading(bits - 64))
    }
}

/// A transport endpoint: the remote one for egress, the local one for listen.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var proto: TransportProtocol
    public var address: IPAddress
    public var port: UInt16
    public init(proto: TransportProtocol, address: IPAddress, port: UInt16) {
        self.proto = proto
        self.address = address
        self.port = port
    }
    /// `tcp 10.0.0.1:80`, `tcp [::1]:80`.
    public var description: String {
        "\(proto.text) " + (address.v4 == nil ? "[\(address)]:\(port)" : "\(address):\(port)")
    }
}

extension TransportProtocol {
    /// `tcp` or `udp`.
    public var text: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        }
    }
    public init?(text: String) {
        guard let found = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = found
    }
}

extension Prefix {
    /// The unspecified address of either family, which a bind to every address uses.
    static func isUnspecified(_ address: IPAddress) -> Bool {
        address.v4 == 0 || (address.high == 0 && address.low == 0)
    }

    static func isLoopback(_ address: IPAddress) -> Bool {
        if let v4 = address.v4 { return v4 >> 24 == 127 }
        return address.high == 0 && address.low == 1
    }
}
