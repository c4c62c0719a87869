/// Reads a SysFlow file of any published version by the schema that is embedded in it.
///
/// Either give it the whole file, or `feed` it piece by piece and `finish`, calling `next` between
/// the pieces: it then holds no more than one block and one piece. Files put one behind the other
/// are read as one.
///
///     var reader = try RecordReader(bytes)
///     while let record = reader.next() { ... }
///     for problem in reader.problems { print(problem) }
///
/// Damage costs the block it lies in; reading resumes at the next sync marker. Of a block that the
/// file's end cuts, the records before the cut are read. All loss is in `problems`.
public struct RecordReader: ~Copyable, Sendable {
    /// What was read, and what was not.
    public struct Statistics: Hashable, Sendable {
        public var blocks = 0
        public var records = 0
        /// Bytes of the blocks' data, expanded.
        public var expandedBytes = 0
        /// Records that version 5 does not know, left out.
        public var unknownRecords = 0
        /// Strings that were not UTF-8; their wrong bytes were replaced with U+FFFD.
        public var lossyStrings = 0
        /// Records that were lost, as far as known from the headers of the damaged blocks.
        public var lostRecords = 0
    }

    /// What was lost, in the order of the file; the first `TraceLimits.problems` of them.
    public internal(set) var problems: [Problem] = []
    /// All problems, those included that are not in `problems`.
    public internal(set) var problemCount = 0
    var counters = Statistics()

    /// Bytes not yet read, from `start` on; `input[0]` is byte `inputOffset` of the file.
    var input: [UInt8] = []
    var start = 0
    var inputOffset = 0
    var isFinished = false
    /// After damage: the next marker is being looked for.
    var isResynchronising = false

    var hasHeader = false
    public internal(set) var codec = Codec.null
    var marker = [16 of UInt8](repeating: 0)
    var decoder = RecordDecoder()
    var expander = BlockExpander()

    /// The block being read: its data are `block[..<blockEnd]`.
    var block: [UInt8] = []
    var blockEnd = 0
    var blockPosition = 0
    var blockOffset = 0
    var blockRecords: Int64 = 0
    var recordsLeft: Int64 = 0
    /// Records of this file up to here: those read, and those reported as lost since the last
    /// sequence number.
    var accounted: Int64 = 0
    var lostSinceSequence: Int64 = 0
    /// The block was cut by the file's end: running out of data is no further problem.
    var isCut = false

    /// A reader to be fed.
    public init() {}

    /// A reader of a whole file.
    ///
    /// - Throws: `ReadError` if nothing of it can be read.
    public init(_ bytes: [UInt8]) throws(ReadError) {
        try feed(bytes)
        try finish()
    }

    /// Gives the next piece of the file.
    ///
    /// - Throws: `ReadError` if the file is none, or none that can be read; feeding on is useless.
    public mutating func feed(_ bytes: [UInt8]) throws(ReadError) {
        if start == input.count {
            inputOffset += start
            input = bytes
            start = 0
        } else {
            inputOffset += start
            input.removeFirst(start)
            start = 0
            input += bytes
        }
        if !hasHeader { try readHeader() }
    }

    /// Says that the file has no more pieces.
    public mutating func finish() throws(ReadError) {
        isFinished = true
        if !hasHeader { try readHeader() }
    }

    /// The next record; nil at the end of what was fed so far.
    public mutating func next() -> Record? {
        repeat {
            while recordsLeft > 0 {
                if let record = nextInBlock() { return record }
            }
        } while nextBlock()
        return nil
    }

    public var statistics: Statistics {
        var result = counters
        result.lossyStrings = decoder.pool.lossyStrings
        return result
    }

    /// Whether the file says more than version 5 can.
    public var dialect: Dialect { decoder.plan.more.isEmpty ? .sysflow : .loadline }

    /// Fields of the file's schema that `Record` has no place for, as "Process.selabel".
    public var unknownFields: [String] { decoder.plan.unknownFields }

    private mutating func nextInBlock() -> Record? {
        do throws(Corruption) {
            let datum = try decoder.decode(block, upTo: blockEnd, at: &blockPosition)
            if recordsLeft == blockRecords, decoder.plan.hasSequence { checkSequence() }
            recordsLeft -= 1
            accounted += 1
            if recordsLeft == 0 { endBlock() }
            switch datum {
            case .record(let record):
                counters.records += 1
                return record
            case .unknown:
                counters.unknownRecords += 1
            case .unusable(let reason):
                accounted -= 1
                report(.unusableRecord, lost: 1, "record \(recordNumber): \(reason)")
            }
        } catch {
            abandonBlock(error)
        }
        return nil
    }

    /// The first record of a block tells how many precede it in the file: fewer were read or
    /// reported as lost where whole blocks are gone.
    private mutating func checkSequence() {
        guard decoder.sequence > 0 else { return }
        let missing = decoder.sequence - 1 - accounted - lostSinceSequence
        if missing > 0 {
            report(
                .missingRecords, lost: Int(clamping: missing),
                "its first record is number \(decoder.sequence) of the file: what came before it "
                    + "is not there")
        } else if decoder.sequence - 1 < accounted {
            report(
                .repeatedBlock, lost: 0,
                "its first record is number \(decoder.sequence) of the file, of which "
                    + "\(accounted) were read before")
        }
        accounted = decoder.sequence - 1
        lostSinceSequence = 0
    }

    /// Of the record just read, counted from 1.
    private var recordNumber: Int64 { blockRecords - recordsLeft }

    private mutating func endBlock() {
        if isCut {
            report(
                .truncated, lost: 0, "the file ends within the block, behind the last record")
        }
        guard blockPosition != blockEnd else { return }
        report(
            .damagedBlock, lost: nil,
            "\(blockEnd - blockPosition) bytes are left over after its \(blockRecords) records")
    }

    private mutating func abandonBlock(_ cause: Corruption) {
        let left = recordsLeft
        recordsLeft = 0
        if isCut, cause == .endOfData || cause == .badLength {
            report(
                .truncated, lost: Self.plausible(left, within: blockEnd),
                "the file ends within the block; \(blockRecords - left) of its records were read")
            return
        }
        report(
            .damagedRecord, lost: Self.plausible(left, within: blockEnd - blockPosition),
            "record \(blockRecords - left + 1) of \(blockRecords), at byte \(blockPosition) of the "
                + "block's data, is unreadable: \(cause.text)")
    }

    /// A record takes a byte at least, so a claim beyond the bytes there are is not believed.
    static func plausible(_ records: Int64, within bytes: Int) -> Int? {
        records <= Int64(bytes) ? Int(records) : nil
    }

    mutating func report(_ kind: Problem.Kind, lost: Int?, _ detail: String) {
        problemCount += 1
        counters.lostRecords += lost ?? 0
        lostSinceSequence += Int64(lost ?? 0)
        guard problems.count < TraceLimits.problems else { return }
        problems.append(
            Problem(kind: kind, offset: blockOffset, lostRecords: lost, detail: detail))
    }
}
