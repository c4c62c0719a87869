import Foundation
import SeededRandom
import Testing

@testable import SysFlow

@Suite struct CodecTests {
    static let records =
        Samples.entities + Array(repeating: Samples.flows, count: 40).flatMap { $0 }

    @Test(arguments: Codec.allCases)
    func aFileCutAnywhereGivesWhatStandsBeforeTheCut(_ codec: Codec) throws {
        let file = written(Self.records, codec: codec, syncInterval: 2000)
        let header = written([], codec: codec).count
        var readable = 0
        for end in stride(from: header, through: file.count, by: 7) {
            let (records, _) = try ComposedFile.read(Array(file[..<end]))
            #expect(records == Array(Self.records[..<records.count]))
            #expect(records.count >= readable)
            readable = records.count
        }
        #expect(readable > Self.records.count / 2)
    }

    @Test(arguments: [Codec.deflate, .snappy, .zstandard])
    func aBombCostsItsBlock(_ codec: Codec) throws {
        var compressor = BlockCompressor(codec, level: 1)
        let bomb = compressor.compress(Array(repeating: 0, count: TraceLimits.blockBytes + 1))
        #expect(bomb.count < TraceLimits.blockBytes / 10)
        var bytes = written([], codec: codec)
        let start = bytes.count
        var encoder = ByteEncoder()
        encoder.long(1_000_000)
        encoder.raw(bomb)
        encoder.marker(Samples.fixedMarker)
        bytes += encoder.bytes
        bytes += written(Self.records, codec: codec).dropFirst(start)
        let (records, problems) = try ComposedFile.read(bytes)
        #expect(records == Self.records)
        #expect(problems.map(\.kind) == [.damagedBlock])
        #expect(problems.map(\.offset) == [start])
        #expect(problems.map(\.lostRecords) == [1_000_000])
    }

    @Test(arguments: [Codec.deflate, .snappy, .zstandard])
    func damagedDataNeverBreakTheReader(_ codec: Codec) throws {
        let file = written(Self.records, codec: codec, syncInterval: 2000)
        let header = written([], codec: codec).count
        var random = SeededGenerator(seed: 7)
        var damaged = 0
        for _ in 0..<2000 {
            var copy = file
            for _ in 0..<3 {
                copy[.random(in: header..<copy.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            let (records, problems) = try ComposedFile.read(copy)
            #expect(records.count <= Self.records.count + 64)
            damaged += problems.isEmpty ? 0 : 1
        }
        #expect(damaged > 1500)
    }

    /// A snappy block carries a checksum: no wrong record comes out of a damaged one.
    @Test func snappyDataAreChecked() throws {
        let block = Snappy.compress(Array("some text, some text, some text".utf8))
        for index in block.indices {
            var copy = block
            copy[index] ^= 1
            var output: [UInt8] = []
            let result = Snappy.expand(copy, 0..<copy.count, into: &output, limit: 1 << 20)
            #expect(result.outcome != .complete, "byte \(index)")
        }
    }

    /// What we write with any codec, Avro's Python reader reads.
    @Test(arguments: Codec.allCases)
    func anotherAvroReaderReadsEveryCodec(_ codec: Codec) throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "loadline-\(UUID().uuidString).sf")
        try Data(written(Self.records, codec: codec)).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let script =
            "import sys, fastavro; print(sum(1 for _ in fastavro.reader(open(sys.argv[1], 'rb'))))"
        let output = try PublicToolsTests.run(
            try PublicToolsTests.python(), ["-c", script, path.path()])
        #expect(String(decoding: output, as: UTF8.self) == "\(Self.records.count)\n")
    }
}
