/// Programs for what this reader has no place for.
extension PlanCompiler {
    mutating func skipSteps(
        _ fields: ArraySlice<AvroSchema.Field>
    ) throws(SchemaError) -> [Instruction] {
        var steps: [Instruction] = []
        for field in fields { steps += try skip(field.kind) }
        return steps
    }

    mutating func skip(_ kind: AvroSchema.Kind) throws(SchemaError) -> [Instruction] {
        switch kind {
        case .null: return []
        case .boolean: return [.skipBoolean]
        case .int, .long: return [.skipNumber]
        case .float: return [.skipFixed(4)]
        case .double: return [.skipFixed(8)]
        case .bytes, .string: return [.skipString]
        case .array(let items): return [.array(element: try skipProgram(items), .drop)]
        case .map(let values): return [.map(element: try skipProgram(values), .drop)]
        case .union(let kinds):
            var programs: [Int32] = []
            for kind in kinds { programs.append(try skipProgram(kind)) }
            return [union(programs)]
        case .named(let index): return try skipNamed(index)
        }
    }

    private mutating func skipProgram(_ kind: AvroSchema.Kind) throws(SchemaError) -> Int32 {
        place(try skip(kind))
    }

    private mutating func skipNamed(_ index: Int) throws(SchemaError) -> [Instruction] {
        switch schema.named[index].definition {
        case .enumeration: return [.skipNumber]
        case .fixed(let size): return size == 0 ? [] : [.skipFixed(Int32(size))]
        case .record(let fields):
            if isEmpty(index) { return [] }
            if let program = skips[index] { return [.call(program)] }
            // A record may contain itself: its program is a call to where it will be placed.
            let entry = Int32(plan.program.count)
            plan.program += [.call(0), .end]
            skips[index] = entry
            plan.program[Int(entry)] = .call(place(try skipSteps(fields[...])))
            return [.call(entry)]
        }
    }

    /// Whether a record occupies no byte, so that an array of it can be skipped without looking.
    private mutating func isEmpty(_ index: Int) -> Bool {
        guard case .record(let fields) = schema.named[index].definition else { return false }
        if let known = emptyTypes[index] { return known }
        emptyTypes[index] = false
        let result = fields.allSatisfy { field in
            switch field.kind {
            case .null: true
            case .named(let inner):
                if case .fixed(0) = schema.named[inner].definition { true } else { isEmpty(inner) }
            default: false
            }
        }
        emptyTypes[index] = result
        return result
    }
}
