extension RecordReader {
    /// Reads the header at `start` if it is there whole.
    mutating func readHeader() throws(ReadError) {
        let offset = inputOffset + start
        let available = input.count - start
        guard available >= 4 || isFinished else { return }
        guard TraceHeader.isMagic(input.span, at: start) else {
            throw ReadError(
                kind: .notATrace, offset: offset,
                detail: "this is no SysFlow file: it does not begin with \"Obj\" and 1, as an Avro "
                    + "object container file does; give a file that a SysFlow collector or "
                    + "loadline wrote, not compressed")
        }
        guard let header = try TraceHeader.parse(input.span, at: start, offset: offset) else {
            guard isFinished else { return }
            throw ReadError(
                kind: .truncatedHeader, offset: offset,
                detail: "the file ends within its header, \(available) bytes long, before any "
                    + "record; get it from its source again")
        }
        try use(header, offset: offset)
        start += header.length
    }

    private mutating func use(_ header: TraceHeader, offset: Int) throws(ReadError) {
        guard let codec = Codec(rawValue: header.codec) else {
            throw ReadError(
                kind: .unsupportedCodec, offset: offset,
                detail: "the codec \"\(header.codec)\" is not supported; write the file with one "
                    + "of " + Codec.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.codec = codec
        do throws(SchemaError) {
            decoder.use(try PlanCompiler.compile(header.schema))
        } catch {
            throw ReadError(
                kind: .badSchema, offset: offset,
                detail: "the embedded schema is unusable: \(error.detail); the file needs the "
                    + "schema of a published SysFlow version")
        }
        accounted = 0
        lostSinceSequence = 0
        marker = header.marker
        hasHeader = true
    }
}
