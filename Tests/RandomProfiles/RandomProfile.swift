public import Baseline
public import SeededRandom
internal import SysFlow

/// Random profiles whose rules overlap, and objects on both sides of what they match.
public struct RandomProfile {
    public var generator: SeededGenerator

    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let words = [
        "a", "b", "ab", "ba", "0", "12", "f", "lib", ".so", "-", "\u{0}", "é",
    ]
    private static let bits: [UInt32] = [1, 2, 8, 16, 32, 64, 256]

    public mutating func profile() -> Profile {
        var executables = (0..<(1 + generator.below(4))).map { _ in
            rules(executable: pattern(wild: 4).text)
        }
        if generator.oneIn(2) { executables.append(rules(executable: ExecutableRules.runtime)) }
        // The same pattern twice is one subject.
        if generator.oneIn(4) { executables.append(rules(executable: executables[0].executable)) }
        return Profile(
            name: "random", identity: generator.oneIn(8) ? .path : .content,
            executables: executables)
    }

    private mutating func rules(executable: String) -> ExecutableRules {
        var rules = ExecutableRules(executable: executable)
        for _ in 0..<generator.below(4) {
            rules.exec.append(
                ExecRule(path: pattern(wild: 5).text, digests: digests(), phase: phase()))
        }
        for _ in 0..<generator.below(8) {
            let access = generator.pick(Self.bits) | generator.pick(Self.bits)
            rules.files.append(
                FileRule(
                    path: pattern(wild: 3).text, access: FileAccess(rawValue: access),
                    digests: digests(), phase: phase()))
        }
        for _ in 0..<generator.below(5) {
            rules.egress.append(
                EgressRule(proto: proto(), prefix: prefix(), ports: ports(), phase: phase()))
        }
        for _ in 0..<generator.below(3) {
            rules.listen.append(
                ListenRule(proto: proto(), prefix: prefix(), ports: ports(), phase: phase()))
        }
        for _ in 0..<generator.below(4) {
            if let capability = Capability(rawValue: UInt8(generator.below(64))) {
                rules.capabilities.append(
                    CapabilityRule(capability: capability, phase: phase()))
            }
        }
        for _ in 0..<generator.below(4) {
            rules.acts.append(ActRule(act: generator.pick(Act.allCases), phase: phase()))
        }
        return rules
    }

    private mutating func digests() -> [ContentDigest] {
        guard generator.oneIn(2) else { return [] }
        return [ContentDigest(bytes: Array(repeating: UInt8(generator.below(256)), count: 32))!]
    }

    /// One element in `wild` is a wildcard.
    public mutating func pattern(wild: Int) -> PathPattern {
        var elements: [PathPattern.Element] = []
        for _ in 0..<(1 + generator.below(6)) {
            if generator.oneIn(2) { elements.append(.byte(47)) }
            if generator.oneIn(wild) {
                elements.append(
                    generator.pick([.int, .hex, .base32, .uuid, .segment, .anyDepth, .segment]))
            } else if generator.oneIn(12) {
                elements.append(.byte(generator.pick([0x00, 0xff, 0x80, 0x2e, 0x30])))
            } else {
                elements += generator.pick(Self.words).utf8.map { .byte($0) }
            }
        }
        return PathPattern(elements: elements)
    }

    private mutating func phase() -> Phase? {
        generator.oneIn(3) ? generator.pick(Phase.allCases) : nil
    }

    private mutating func proto() -> TransportProtocol { generator.pick([.tcp, .udp]) }

    private mutating func prefix() -> Prefix {
        let isV4 = generator.oneIn(2)
        let high = isV4 ? 0 : generator.pick([0x2001_0db8_0000_0000, 0, generator.next()])
        let low =
            isV4
            ? 0xffff_0000_0000 | UInt64(generator.pick([0x7f00_0001, 0x0a00_0000, 0xc0a8_0100]))
            : generator.pick([1, 0, generator.next()])
        let length = generator.pick([0, 96, 97, 104, 107, 120, 127, 128, generator.below(129)])
        return Prefix(high: high, low: low, length: length)
    }

    private mutating func ports() -> ClosedRange<UInt16> {
        let borders: [UInt16] = [0, 1, 79, 80, 255, 256, 257, 511, 512, 8080, 65_280, 65_535]
        let a = generator.pick(borders)
        let b = generator.oneIn(3) ? a : generator.pick(borders)
        return min(a, b)...max(a, b)
    }

    /// A path that the pattern matches, or one a byte or so away from it.
    public mutating func path(near text: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for element in try PathPattern(parsing: text).elements { bytes += instance(of: element) }
        while generator.oneIn(3) { mutate(&bytes) }
        return bytes
    }

    private mutating func instance(of element: PathPattern.Element) -> [UInt8] {
        let count = 1 + generator.below(3)
        switch element {
        case .byte(let byte): return [byte]
        case .int: return (0..<count).map { _ in UInt8(48 + generator.below(10)) }
        case .hex: return (0..<count).map { _ in generator.pick(Array("09afAF".utf8)) }
        case .base32: return (0..<count).map { _ in generator.pick(Array("09az".utf8)) }
        case .uuid: return Array("01234567-89ab-CDEF-0123-456789abcdef".utf8)
        case .segment: return (0..<count).map { _ in generator.pick(Array("a0.b-f\u{0}".utf8)) }
        case .anyDepth: return (0..<count).map { _ in generator.pick([47, 97, 48, 98, 0xff]) }
        }
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let byte: UInt8 = generator.pick([47, 97, 98, 48, 57, 58, 102, 103, 0, 255])
        let at = generator.below(bytes.count + 1)
        switch generator.below(4) {
        case 0: bytes.insert(byte, at: at)
        case 1: if at < bytes.count { bytes.remove(at: at) }
        case 2: if at < bytes.count { bytes[at] = byte }
        default: bytes.removeLast(min(bytes.count, generator.below(3)))
        }
    }

    /// An endpoint at or next to a border of the prefix and the ports.
    public mutating func endpoint(
        near proto: TransportProtocol, _ prefix: Prefix, _ ports: ClosedRange<UInt16>
    ) -> [UInt8] {
        let port = generator.pick([
            ports.lowerBound, ports.upperBound, ports.lowerBound &- 1, ports.upperBound &+ 1,
            UInt16(truncatingIfNeeded: generator.next()),
        ])
        var high = prefix.high
        var low = prefix.low
        // Flip a bit on either side of the prefix's end, and some behind it.
        for _ in 0..<generator.below(3) {
            let bit = min(127, max(0, prefix.length - 1 + generator.below(4)))
            if bit < 64 { high ^= 1 << UInt64(63 - bit) } else { low ^= 1 << UInt64(127 - bit) }
        }
        var bytes = [generator.oneIn(8) ? self.proto().rawValue : proto.rawValue]
        bytes += [UInt8(port >> 8), UInt8(port & 255)]
        for word in [high, low] {
            for index in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index)))
            }
        }
        if generator.oneIn(50) { bytes.removeLast() }
        if generator.oneIn(50) { bytes.append(0) }
        return bytes
    }
}
