/// Compiles a writer's schema into a `Plan`, matching records and fields by name.
struct PlanCompiler {
    let schema: AvroSchema
    var plan = Plan()
    private var records: [Int: Plan.Branch] = [:]
    /// Programs that skip a record, by its index among the named types.
    var skips: [Int: Int32] = [:]
    /// Which records occupy no byte.
    var emptyTypes: [Int: Bool] = [:]

    static func compile(_ text: [UInt8]) throws(SchemaError) -> Plan {
        var compiler = PlanCompiler(schema: try AvroSchemaParser.parse(text))
        try compiler.compile()
        return compiler.plan
    }

    private init(schema: AvroSchema) {
        self.schema = schema
        plan.program = [.end]
    }

    /// The root is a record with one field that is the union of records (as published), or the
    /// union itself, or one record.
    private mutating func compile() throws(SchemaError) {
        if case .named(let index) = schema.root,
            case .record(let fields) = schema.named[index].definition,
            RecordFields.kind(of: schema.named[index]) == nil,
            let position = fields.firstIndex(where: { isRecordUnion($0.kind) })
        {
            plan.before = place(try skipSteps(fields[..<position]))
            try compileUnion(fields[position].kind)
            try compileRest(fields[(position + 1)...])
        } else {
            try compileUnion(schema.root)
        }
        guard plan.records.contains(where: { $0.kind != nil }) else {
            throw SchemaError("the schema has none of SysFlow's records: this is another format")
        }
        markEarlyOperations()
    }

    /// The dialect's fields beside the union; others are skipped.
    private mutating func compileRest(_ fields: ArraySlice<AvroSchema.Field>) throws(SchemaError) {
        guard let more = fields.firstIndex(where: { $0.name == "more" && isRecordUnion($0.kind) }),
            case .union(let branches) = fields[more].kind
        else {
            plan.after = place(try sequenceSteps(fields))
            return
        }
        plan.after = place(try sequenceSteps(fields[..<more]))
        for branch in branches {
            if case .null = branch {
                plan.more.append(nil)
            } else {
                plan.more.append(try recordBranch(branch))
            }
        }
        plan.end = place(try skipSteps(fields[(more + 1)...]))
    }

    private mutating func sequenceSteps(
        _ fields: ArraySlice<AvroSchema.Field>
    ) throws(SchemaError) -> [Instruction] {
        var steps: [Instruction] = []
        for field in fields {
            if field.name == "sequence", case .long = field.kind {
                plan.hasSequence = true
                steps.append(.long(.sequence))
            } else {
                steps += try skip(field.kind)
            }
        }
        return steps
    }

    private func isRecordUnion(_ kind: AvroSchema.Kind) -> Bool {
        guard case .union(let branches) = kind else { return false }
        return branches.contains { branch in
            guard case .named(let index) = branch else { return false }
            return RecordFields.kind(of: schema.named[index]) != nil
        }
    }

    private mutating func compileUnion(_ kind: AvroSchema.Kind) throws(SchemaError) {
        if case .union(let branches) = kind {
            plan.isUnion = true
            for branch in branches { plan.records.append(try recordBranch(branch)) }
        } else {
            plan.records = [try recordBranch(kind)]
        }
    }

    private mutating func recordBranch(_ kind: AvroSchema.Kind) throws(SchemaError) -> Plan.Branch {
        guard case .named(let index) = kind,
            case .record(let fields) = schema.named[index].definition
        else { return .init(kind: nil, name: "(no record)", program: place(try skip(kind))) }
        if let known = records[index] { return known }
        let name = schema.named[index].name
        let branch: Plan.Branch
        if let record = RecordFields.kind(of: schema.named[index]) {
            let steps = try read(fields, as: RecordFields.members(of: record), of: name)
            branch = .init(kind: record, name: name, program: place(steps))
        } else {
            plan.unknownRecords.append(name)
            branch = .init(kind: nil, name: name, program: place(try skip(kind)))
        }
        records[index] = branch
        return branch
    }

    /// The recordings of one connection by both vintages show the shift; the vintage with
    /// ProcessEvent already numbers as version 5 does.
    private mutating func markEarlyOperations() {
        let names = plan.records.map(\.name)
        plan.hasEarlyOperations =
            names.contains("ProcessFlow")
            && plan.records.contains {
                $0.name == "ProcessFlow" && $0.kind == .processEvent
            }
    }

    mutating func place(_ steps: [Instruction]) -> Int32 {
        if steps.isEmpty { return 0 }
        let start = Int32(plan.program.count)
        plan.program += steps
        plan.program.append(.end)
        return start
    }

    private mutating func read(
        _ fields: [AvroSchema.Field], as members: [Member], of record: String
    ) throws(SchemaError) -> [Instruction] {
        var steps: [Instruction] = []
        for member in members where !fields.contains(where: { $0.isCalled(member.name) }) {
            guard !member.isMandatory else {
                throw SchemaError("the record \"\(record)\" has no field \"\(member.name)\"")
            }
            steps += absent(member.target)
        }
        for field in fields {
            let name = "\(record).\(field.name)"
            if let member = member(for: field, of: members, fields) {
                steps += try read(field.kind, into: member.target, name: name)
            } else {
                plan.unknownFields.append(name)
                steps += try skip(field.kind)
            }
        }
        return steps
    }

    /// By its own name; by an alias only where no other field has that name.
    private func member(
        for field: AvroSchema.Field, of members: [Member], _ fields: [AvroSchema.Field]
    ) -> Member? {
        if let member = members.first(where: { $0.name == field.name }) { return member }
        return members.first { member in
            field.aliases.contains(member.name)
                && !fields.contains { $0.name == member.name }
        }
    }

    private func absent(_ target: Target) -> [Instruction] {
        switch target {
        case .long(let slot), .enumeration(let slot, _): [.setNumber(slot, 0)]
        case .int(let slot, let value), .boolean(let slot, let value): [.setNumber(slot, value)]
        case .string(let slot): [.clearString(slot)]
        case .fileID(let slot): [.clearFile(slot)]
        case .record(let members): members.flatMap { absent($0.target) }
        case .addresses, .digest, .optional, .array, .map: []
        }
    }

    private mutating func read(
        _ kind: AvroSchema.Kind, into target: Target, name: String
    ) throws(SchemaError) -> [Instruction] {
        if case .union(let kinds) = kind {
            var programs: [Int32] = []
            for kind in kinds {
                if case .null = kind {
                    programs.append(place(absent(target)))
                } else {
                    programs.append(place(try read(kind, into: target, name: name)))
                }
            }
            return [union(programs)]
        }
        if case .optional(let bit, let inner) = target {
            return try read(kind, into: inner, name: name) + [.present(bit)]
        }
        return try readPresent(kind, into: target, name: name)
    }

    private mutating func readPresent(
        _ kind: AvroSchema.Kind, into target: Target, name: String
    ) throws(SchemaError) -> [Instruction] {
        switch (target, kind) {
        case (.long(let slot), .long): return [.long(slot)]
        case (.long(let slot), .int), (.int(let slot, _), .int), (.int(let slot, _), .long):
            return [.int(slot)]
        case (.boolean(let slot, _), .boolean): return [.boolean(slot)]
        case (.digest, .bytes): return [.digest]
        case (.string(let slot), .string), (.string(let slot), .bytes): return [.string(slot)]
        case (.array(let target, let action), .array(let items)):
            return [.array(element: place(try read(items, into: target, name: name)), action)]
        case (.map(let target, let action), .map(let values)):
            return [.map(element: place(try read(values, into: target, name: name)), action)]
        case (_, .named(let index)):
            if let steps = try readNamed(index, into: target, name: name) { return steps }
        default: break
        }
        throw SchemaError("the field \"\(name)\" has a type that SysFlow never gave it")
    }

    private mutating func readNamed(
        _ index: Int, into target: Target, name: String
    ) throws(SchemaError) -> [Instruction]? {
        let type = schema.named[index]
        switch (target, type.definition) {
        case (.fileID(let slot), .fixed(20)): return [.fileID(slot)]
        case (.addresses, .fixed(32)): return [.addresses]
        case (.record(let members), .record(let fields)):
            return try read(fields, as: members, of: type.name)
        case (.enumeration(let slot, let values), .enumeration(let names)):
            let first = Int32(plan.symbols.count)
            guard let count = UInt16(exactly: names.count) else {
                throw SchemaError("the enum \"\(type.name)\" has more than \(UInt16.max) symbols")
            }
            plan.symbols += names.map { values[$0] ?? -1 }
            return [.enumeration(slot, first: first, count: count)]
        default: return nil
        }
    }

    mutating func union(_ programs: [Int32]) -> Instruction {
        let first = Int32(plan.branches.count)
        plan.branches += programs
        return .union(first: first, count: Int32(programs.count))
    }
}
