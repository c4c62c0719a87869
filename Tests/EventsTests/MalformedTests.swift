import Events
import RecordWriting
import SensorABI
import Testing

@Suite struct MalformedTests {
    private func error(_ bytes: [UInt8]) -> DecodeError? {
        do throws(DecodeError) {
            _ = try decode(RawSpan(_elements: bytes.span))
            return nil
        } catch {
            return error
        }
    }

    /// Cut by the ring buffer: the header's size says more than there is.
    @Test(arguments: samples.indices)
    func everyTruncation(index: Int) {
        let (name, bytes) = samples[index]
        for count in 0..<bytes.count {
            #expect(error(Array(bytes.prefix(count))) != nil, "\(name) of \(count) bytes")
        }
        #expect(error(bytes) == nil)
        #expect(error(bytes + [1, 2, 3]) == nil, "bytes after the record are ignored")
    }

    /// Cut with a header's size that agrees: the fixed part and the data's lengths are checked.
    @Test(arguments: samples.indices)
    func everyTruncationWithItsSize(index: Int) {
        let (name, bytes) = samples[index]
        for count in Layout.Header.end..<bytes.count {
            var cut = Array(bytes.prefix(count))
            cut[2] = UInt8(truncatingIfNeeded: count)
            cut[3] = UInt8(truncatingIfNeeded: count >> 8)
            #expect(error(cut) != nil, "\(name) of \(count) bytes")
        }
    }

    @Test func unknownKinds() {
        for kind in [0, UInt16(LL_KIND_COUNT), 255, 256, 65535] as [UInt16] {
            var bytes = samples[0].bytes
            bytes[0] = UInt8(truncatingIfNeeded: kind)
            bytes[1] = UInt8(truncatingIfNeeded: kind >> 8)
            #expect(error(bytes) == .unknownKind(kind))
        }
    }

    @Test func lengthsOverTheContract() {
        let writer = RecordWriter()
        let atLimit = [UInt8](repeating: 97, count: Int(LL_PATH_MAX))
        #expect(error(writer.fileOpen(path: atLimit, dentry: 1)) == nil)
        #expect(
            error(writer.fileOpen(path: atLimit + [97], dentry: 1))
                == .tooLong(
                    kind: UInt16(LL_KIND_FILE_OPEN), offset: Layout.FileOpen.pathLength,
                    length: 4097, limit: 4096))
    }

    @Test func errorsNameThePlaceAndTheRemedy() {
        var bytes = samples[6].bytes
        bytes[Layout.FileOpen.pathLength] += 1
        #expect(
            error(bytes)?.description
                == "ring buffer record of kind 7: its data end at byte 100, the record at 99; "
                + "the BPF object and this program differ: use those of one build")
    }

    /// Any bytes decode or give an error; all that can be read from an event lies within it.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var errors = 0
        for _ in 0..<5_000 {
            var bytes = samples[Int.random(in: 0..<samples.count, using: &random)].bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutate(&bytes, using: &random)
            }
            if printed(bytes).hasPrefix("error") { errors += 1 }
        }
        #expect(errors > 500 && errors < 4_900)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeLast(bytes.count - at)
        case 3: bytes.insert(contentsOf: [0, 255, 0], at: at)
        case 4: bytes[at] = 255
        default:
            // The lengths stand in the first hundred bytes.
            bytes[min(at, 3)] = UInt8.random(in: 0...255, using: &random)
        }
    }
}
