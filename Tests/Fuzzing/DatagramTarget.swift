@testable import SysFlow

/// The input is one packet of a stream.
enum DatagramTarget: FuzzTarget {
    private static let fresh = DatagramDecoder()

    static func run(_ input: [UInt8]) {
        var decoder = fresh
        // Twice: what a packet left behind must not change how the next one reads.
        let first = decode(input, &decoder)
        let second = decode(input, &decoder)
        if first != second { broken("a packet reads otherwise the second time") }
        guard let record = first else { return }
        var encoder = DatagramEncoder()
        guard case .datum(let bytes) = encoder.encode(record) else { return }
        if decode(bytes, &decoder) != record { broken("a record is another when written and read") }
        for end in [0, bytes.count / 2, bytes.count - 1] where end < bytes.count {
            if (try? decoder.decode(bytes, upTo: end)) != nil {
                broken("\(end) of \(bytes.count) bytes are a record too")
            }
        }
    }

    private static func decode(_ bytes: [UInt8], _ decoder: inout DatagramDecoder) -> Record? {
        try? decoder.decode(bytes)
    }

    static var seeds: [[UInt8]] {
        (Samples.entities + Samples.flows + [Samples.networkEvent]).map { record in
            var encoder = ByteEncoder()
            _ = encoder.record(record)
            return encoder.bytes
        }
    }
}
