@testable import SysFlow

/// The input is one packet of a stream.
enum DatagramTarget: FuzzTarget {
    private static let fresh = DatagramDecoder()
    /// One that has read every kind of record with all that it can hold.
    private static let used: DatagramDecoder = {
        var decoder = fresh
        for seed in seeds { _ = decode(seed, &decoder) }
        return decoder
    }()

    static func run(_ input: [UInt8]) {
        var decoder = fresh
        let read = decode(input, &decoder)
        // What packets left behind must not change how the next one reads.
        var later = used
        if decode(input, &later) != read { broken("a packet reads otherwise behind others") }
        guard let record = read else { return }
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
