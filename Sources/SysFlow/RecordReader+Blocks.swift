// A block:
//
//     records: long | bytes of data: long | data, by the codec | sync marker: 16 bytes

extension RecordReader {
    private struct BlockHead {
        var records: Int64
        var size: Int
        /// Index into `input`.
        var data: Int
    }

    private enum BlockFailure: Error {
        /// It may go on behind the input so far.
        case incomplete
        case damaged
    }

    /// Goes to the next block that holds records.
    ///
    /// - Returns: false at the end of the input so far.
    mutating func nextBlock() -> Bool {
        while hasHeader, start < input.count {
            if isResynchronising {
                guard findMarker() else { return false }
                continue
            }
            blockOffset = inputOffset + start
            if TraceHeader.isMagic(input.span, at: start) {
                guard nextFile() else { return false }
                continue
            }
            do throws(BlockFailure) {
                let head = try blockHead()
                guard input.count - head.data >= head.size + 16 else { throw .incomplete }
                if takeBlock(head) { return true }
            } catch {
                switch error {
                case .incomplete:
                    guard isFinished else { return false }
                    if readCutBlock() { return true }
                case .damaged: damage("its record count or size makes no sense")
                }
            }
        }
        return false
    }

    private func blockHead() throws(BlockFailure) -> BlockHead {
        var cursor = ByteCursor(input.span, at: start)
        let records = try number(&cursor)
        // It may be the start of a next file, whose magic is not yet there whole.
        if records < 0, input.count - start < 4 { throw .incomplete }
        guard records >= 0 else { throw .damaged }
        let size = try number(&cursor)
        guard size >= 0, size <= Int64(TraceLimits.storedBlockBytes) else { throw .damaged }
        return BlockHead(records: records, size: Int(size), data: cursor.position)
    }

    private func number(_ cursor: inout ByteCursor) throws(BlockFailure) -> Int64 {
        do throws(Corruption) {
            return try cursor.long()
        } catch {
            throw error == .endOfData ? .incomplete : .damaged
        }
    }

    /// Makes a whole block the current one and steps over it.
    ///
    /// - Returns: false if it is damaged, which is then reported.
    private mutating func takeBlock(_ head: BlockHead) -> Bool {
        let end = head.data + head.size
        guard hasMarker(at: end) else {
            damage("no sync marker stands behind its \(head.size) bytes", records: head.records)
            return false
        }
        start = end + 16
        switch load(head.data..<end) {
        case .complete: break
        case .truncated, .damaged:
            report(
                .damagedBlock, lost: Self.plausible(head.records, within: blockEnd),
                "its data cannot be expanded")
            return false
        case .tooLong:
            report(
                .damagedBlock, lost: Self.plausible(head.records, within: blockEnd),
                "its data expand to more than \(TraceLimits.blockBytes) bytes")
            return false
        }
        begin(head.records, isCut: false)
        return true
    }

    private mutating func begin(_ records: Int64, isCut: Bool) {
        counters.blocks += 1
        counters.expandedBytes += blockEnd
        blockPosition = 0
        blockRecords = records
        recordsLeft = records
        self.isCut = isCut
    }

    private mutating func load(_ range: Range<Int>) -> InflateOutcome {
        let result = expander.expand(
            codec, input, range, into: &block, limit: TraceLimits.blockBytes)
        blockEnd = result.count
        return result.outcome
    }

    /// The file ends before the block does, or the block's size is wrong.
    ///
    /// - Returns: whether records can be read from what there is of it.
    private mutating func readCutBlock() -> Bool {
        guard let head = try? blockHead() else {
            report(.truncated, lost: nil, "the file ends within the block's first bytes")
            start = input.count
            return false
        }
        guard marker(from: start + 1) == nil else {
            damage("it is shorter than its size says", records: head.records)
            return false
        }
        start = input.count
        guard load(head.data..<min(input.count, head.data + head.size)) != .damaged else {
            report(
                .truncated, lost: Self.plausible(head.records, within: blockEnd),
                "the file ends within the block, whose data cannot be expanded")
            return false
        }
        begin(head.records, isCut: true)
        return true
    }

    /// Reports the block at `start` as lost and has the next marker looked for behind it.
    private mutating func damage(_ detail: String, records: Int64? = nil) {
        let lost = records.flatMap { Self.plausible($0, within: TraceLimits.blockBytes) }
        report(.damagedBlock, lost: lost, detail + "; reading resumes at the next sync marker")
        isResynchronising = true
        start += 1
    }

    private mutating func findMarker() -> Bool {
        if let found = marker(from: start) {
            start = found + 16
            isResynchronising = false
            return true
        }
        start = isFinished ? input.count : max(start, input.count - 15)
        return false
    }

    private func hasMarker(at index: Int) -> Bool {
        for i in 0..<16 where input[index + i] != marker[i] { return false }
        return true
    }

    private func marker(from index: Int) -> Int? {
        var candidate = index
        while candidate + 16 <= input.count {
            if input[candidate] == marker[0], hasMarker(at: candidate) { return candidate }
            candidate += 1
        }
        return nil
    }

    /// Reads the header of a file that was put behind another.
    private mutating func nextFile() -> Bool {
        let before = start
        do throws(ReadError) {
            try readHeader()
        } catch {
            damage("a next file begins here, and " + error.detail)
            return true
        }
        return start != before
    }
}
