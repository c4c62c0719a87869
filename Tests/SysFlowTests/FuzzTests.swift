import SeededRandom
import Testing

@testable import SysFlow

struct FuzzTests {
    static func mutate(_ file: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var file = file
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let position = Int.random(in: 0..<file.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: file[position] = .random(in: 0...255, using: &random)
            case 1: file[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: file.insert(.random(in: 0...255, using: &random), at: position)
            case 3 where file.count > 1: file.remove(at: position)
            case 4: file[position] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            default:
                let end = min(position + Int.random(in: 1...32, using: &random), file.count)
                for i in position..<end { file[i] = 0xff }
            }
        }
        return file
    }

    /// A reader behind the header, which is slow to compile 20,000 times over.
    static func reader(of blocks: [UInt8], _ plan: Plan, codec: Codec) -> RecordReader {
        var reader = RecordReader()
        reader.decoder.use(plan)
        reader.marker = Samples.fixedMarker
        reader.hasHeader = true
        reader.codec = codec
        reader.input = blocks
        reader.isFinished = true
        return reader
    }

    @Test(arguments: [Codec.null, .deflate])
    func noMutationOfTheBlocksBreaksTheReader(_ codec: Codec) throws {
        let file = written(RoundTripTests.everyKind, codec: codec, syncInterval: 300)
        let blocks = Array(file[written([], codec: codec).count...])
        let plan = try PlanCompiler.compile(Array(SchemaV5.text.utf8))
        var random = SeededGenerator(seed: codec == .null ? 1 : 2)
        var damaged = 0
        for number in 0..<10_000 {
            var reader = Self.reader(
                of: Self.mutate(blocks, &random), plan, codec: codec)
            var count = 0
            while reader.next() != nil { count += 1 }
            #expect(count <= 4096, "mutation \(number)")
            damaged += reader.problemCount > 0 ? 1 : 0
        }
        #expect(damaged > 5000)
    }

    @Test func noMutationOfTheHeaderBreaksTheReader() throws {
        let file = written(Array(RoundTripTests.everyKind.prefix(3)))
        let header = written([]).count
        var random = SeededGenerator(seed: 3)
        var refused = 0
        for number in 0..<1000 {
            let mutated = Self.mutate(Array(file[..<header]), &random) + file[header...]
            guard var reader = try? RecordReader(mutated) else {
                refused += 1
                continue
            }
            var count = 0
            while reader.next() != nil { count += 1 }
            #expect(count <= 4096, "mutation \(number)")
        }
        #expect(refused > 500)
    }
}
