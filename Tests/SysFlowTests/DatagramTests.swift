import SeededRandom
import Testing

@testable import SysFlow

struct DatagramTests {
    private static let records = Samples.entities + Samples.flows + [Samples.networkEvent]

    private func datum(_ record: Record) throws -> [UInt8] {
        var encoder = DatagramEncoder()
        guard case .datum(let bytes) = encoder.encode(record) else {
            throw DatagramProblem(kind: .unusable, number: 0, bytes: 0, detail: "no datum")
        }
        return bytes
    }

    private func problem(
        _ bytes: [UInt8], _ decoder: inout DatagramDecoder
    ) -> DatagramProblem? {
        do throws(DatagramProblem) {
            _ = try decoder.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func aDatumIsWhatABlockHolds() throws {
        for record in Self.records {
            var encoder = ByteEncoder()
            _ = encoder.record(record)
            #expect(try datum(record) == encoder.bytes)
        }
    }

    @Test func everyKindComesBack() throws {
        var decoder = DatagramDecoder()
        for record in Self.records {
            let decoded = try decoder.decode(try datum(record))
            #expect(decoded == record)
        }
        #expect(decoder.count == Self.records.count)
    }

    @Test func theBranchesAreThoseOfTheStream() throws {
        // The order of version 5's union, as branch numbers in zigzag.
        let branches: [String: UInt8] = [
            "SFHeader": 0, "Container": 2, "Process": 4, "File": 6, "ProcessEvent": 8,
            "NetworkFlow": 10, "FileFlow": 12, "FileEvent": 14, "NetworkEvent": 16,
            "ProcessFlow": 18, "Pod": 20, "K8sEvent": 22,
        ]
        for record in Self.records {
            #expect(try datum(record).first == branches[record.kindName])
        }
    }

    @Test func aDatumCutAnywhereIsToldAndTheNextOneRead() throws {
        var decoder = DatagramDecoder()
        var number = 0
        for record in Self.records {
            let bytes = try datum(record)
            for end in 0..<bytes.count {
                number += 1
                let problem = problem(Array(bytes[..<end]), &decoder)
                #expect(problem?.kind == .cut)
                #expect(problem?.number == number && problem?.bytes == end)
            }
            number += 1
            let decoded = try decoder.decode(bytes + [1, 2, 3], upTo: bytes.count)
            #expect(decoded == record)
        }
    }

    @Test func bytesBehindARecordAreTold() throws {
        var decoder = DatagramDecoder()
        let bytes = try datum(Samples.flows[0])
        let behind = problem(bytes + bytes, &decoder)
        #expect(behind?.kind == .trailingBytes)
        #expect(behind?.description.contains("packet 1 of \(2 * bytes.count) bytes") == true)
    }

    @Test func whatIsNoRecordIsTold() throws {
        var decoder = DatagramDecoder()
        let wrong: [([UInt8], DatagramProblem.Kind)] = [
            ([], .cut), ([99], .unreadable), ([24], .unreadable),
            ([UInt8](repeating: 0xff, count: 12), .unreadable),
            // A port beyond 65,535.
            ([10, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x80, 8, 0, 0, 0, 0, 0, 0, 0, 0], .unusable),
        ]
        for (bytes, kind) in wrong {
            let problem = problem(bytes, &decoder)
            #expect(problem?.kind == kind, "\(bytes)")
        }
        let ofAFile = problem(written(Self.records), &decoder)
        #expect(ofAFile != nil)
    }

    @Test func noMutationBreaksTheDecoder() throws {
        var random = SeededGenerator(seed: 5)
        var decoder = DatagramDecoder()
        let datums = try Self.records.map(datum)
        var read = 0
        for _ in 0..<20_000 {
            let bytes = FuzzTests.mutate(datums.randomElement(using: &random) ?? [0], &random)
            read += problem(bytes, &decoder) == nil ? 1 : 0
        }
        #expect(read > 500 && read < 15_000)
    }

    @Test func whatAReaderCannotTakeIsRefused() throws {
        var encoder = DatagramEncoder()
        let header = { (count: Int) in
            Record.header(Header(exporter: String(repeating: "x", count: count), ip: ""))
        }
        // Branch, version, two lengths of 3 and 1 bytes, and the empty name's length.
        let most = DatagramEncoder.readerBytes - 1 - 1 - 3 - 1 - 1
        guard case .datum(let bytes) = encoder.encode(header(most)) else {
            Issue.record("\(most) bytes of text do not fit")
            return
        }
        #expect(bytes.count == DatagramEncoder.readerBytes)
        let larger = encoder.encode(header(most + 1))
        #expect(larger == .tooLarge(DatagramEncoder.readerBytes + 1))
        var flow = Samples.networkFlow(source: 1, destination: 2)
        flow.source = IPAddress(high: 1, low: 2)
        let ipv6 = encoder.encode(.networkFlow(flow))
        #expect(ipv6 == .noRoom)
        let next = encoder.encode(Self.records[0])
        #expect(next == .datum(try datum(Self.records[0])))
    }
}
