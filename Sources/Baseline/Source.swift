/// One recording of one container: what counts are kept by, so that nothing is counted twice
/// however often profiles are merged.
public struct Source: Hashable, Sendable {
    /// The container's id, of a long hexadecimal one the first characters; empty: not known.
    public var replica: String
    /// The container's name, for people.
    public var name: String?
    /// When the recording began: the time of its first event, nanoseconds since the epoch.
    public var recording: Int64
    /// Times of the first and last record that showed a behaviour; nil: none did.
    public var span: ClosedRange<Int64>?
    /// Records that showed a behaviour.
    public var records: Int
    /// Records lost, by dimension.
    public var losses: [String: Int]
    /// What the container went through and how often: `start`, or an `Exercise`.
    public var exercised: [String: Int]

    static let start = "start"

    /// How a container is called as a replica. Engines' ids are random, so that their beginnings
    /// tell them apart; runc's are chosen names.
    public static func replica(ofContainer id: String) -> String {
        let isRandom =
            id.utf8.count >= 32
            && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return String(id.prefix(isRandom ? 12 : 128))
    }

    public init(
        replica: String = "", name: String? = nil, recording: Int64 = 0,
        span: ClosedRange<Int64>? = nil, records: Int = 0, losses: [String: Int] = [:],
        exercised: [String: Int] = [:]
    ) {
        self.replica = replica
        self.name = name
        self.recording = recording
        self.span = span
        self.records = records
        self.losses = losses
        self.exercised = exercised
    }

    public var id: SourceID { SourceID(replica: replica, recording: recording) }

    /// The same recording, as far as either side has seen it.
    public mutating func join(_ other: Source) {
        name = [name, other.name].compactMap(\.self).min(by: bytesPrecede)
        if let theirs = other.span {
            let ours = span ?? theirs
            span =
                min(ours.lowerBound, theirs.lowerBound)...max(ours.upperBound, theirs.upperBound)
        }
        records = max(records, other.records)
        losses.merge(other.losses) { max($0, $1) }
        exercised.merge(other.exercised) { max($0, $1) }
    }
}

/// Names a source in a rule's evidence: a hash of its replica and recording.
public struct SourceID: Hashable, Sendable, Comparable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Evidence that does not say where it comes from.
    public static let unknown = SourceID(rawValue: 0)

    public init(replica: String, recording: Int64) {
        if replica.isEmpty, recording == 0 {
            self = .unknown
            return
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in replica.utf8 { mix(byte) }
        mix(0)
        for shift in 0..<8 { mix(UInt8(truncatingIfNeeded: recording >> (8 * shift))) }
        // FNV's low bits move little: spread them, as the ids are taken for uniform.
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        rawValue = UInt32(truncatingIfNeeded: hash ^ (hash >> 33))
    }

    /// As profiles write it: `s` and eight hexadecimal digits.
    public var text: String {
        let digits = String(rawValue, radix: 16)
        return "s" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Reads what `text` writes.
    public init?(text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "s"), digits.count == 8,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        rawValue = value
    }

    public static func < (a: SourceID, b: SourceID) -> Bool { a.rawValue < b.rawValue }
}
