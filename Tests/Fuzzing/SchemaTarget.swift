@testable import SysFlow

/// The input is the text of a schema, and after a zero byte what is to be read by it; and as a
/// whole the head of a file.
enum SchemaTarget: FuzzTarget {
    static func run(_ input: [UInt8]) {
        checkHeader(input)
        let end = input.firstIndex(of: 0) ?? input.count
        guard let plan = try? PlanCompiler.compile(Array(input[..<end])) else { return }
        check(plan)
        var decoder = RecordDecoder()
        decoder.use(plan)
        let data = Array(input[min(end + 1, input.count)...])
        var position = 0
        for _ in 0..<1000 where position < data.count {
            let before = position
            guard (try? decoder.decode(data, upTo: data.count, at: &position)) != nil else { break }
            if position < before || position > data.count {
                broken("from \(before) to \(position) of \(data.count)")
            }
        }
    }

    /// Every index of a program leads into it.
    private static func check(_ plan: Plan) {
        let programs = plan.program.indices
        for record in plan.records where !programs.contains(Int(record.program)) {
            broken("the record \(record.name) has no program")
        }
        for program in plan.branches where !programs.contains(Int(program)) {
            broken("a branch leads nowhere")
        }
        guard case .end = plan.program.last else { broken("the last program has no end") }
    }

    /// A head that was cut is incomplete, and none that is longer gives another answer.
    private static func checkHeader(_ input: [UInt8]) {
        guard TraceHeader.isMagic(input.span, at: 0),
            let header = try? TraceHeader.parse(input.span, at: 0, offset: 0)
        else { return }
        guard header.length <= input.count, header.length >= 4 + 1 + 16 else {
            broken("a header of \(header.length) bytes in \(input.count)")
        }
        let cut = Array(input[..<(header.length - 1)])
        if (try? TraceHeader.parse(cut.span, at: 0, offset: 0)) != nil {
            broken("a header is complete without its last byte")
        }
        let exact = Array(input[..<header.length])
        guard let again = try? TraceHeader.parse(exact.span, at: 0, offset: 0),
            again.schema == header.schema, again.codec == header.codec
        else { broken("a header reads otherwise without what follows it") }
    }

    static var seeds: [[UInt8]] {
        let text = Array(SchemaV5.text.utf8)
        var data = ByteEncoder()
        for record in Samples.entities + Samples.flows { _ = data.record(record) }
        let small =
            #"{"type": "record", "name": "SysFlow", "fields": [{"name": "rec", "type": [{"type": "#
            + #""record", "name": "SFHeader", "fields": [{"name": "version", "type": "long"}, "#
            + #"{"name": "exporter", "type": "string"}]}, "null"]}]}"#
        return [
            text, text + [0] + data.bytes, Array(small.utf8), Array(small.utf8) + [0, 0, 2, 2, 65],
            written([]), written([], codec: .null),
        ]
    }
}
