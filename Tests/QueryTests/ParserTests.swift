import Testing

@testable import Query

struct ParserTests {
    private func parsed(_ text: String) throws -> Condition { try Condition(parsing: text) }

    @Test(arguments: [
        ("type = FF", "type = \"FF\""),
        ("sf.type=FF", "type = \"FF\""),
        ("type == FF", "type = \"FF\""),
        ("ret<-1", "ret < -1"),
        ("proc.uid != pproc.uid", "proc.uid != pproc.uid"),
        ("proc.exe != sf.pproc.exe", "proc.exe != pproc.exe"),
        ("filename = sf.type", "filename = sf.type"),
        // Without a dot and without the prefix it is a text.
        ("filename = type", "filename = \"type\""),
        ("filename = 'proc.exe'", "filename = \"proc.exe\""),
        ("not type=FF and ret>0", "not type = \"FF\" and ret > 0"),
        ("type=FF or type=NF and ret=0", "type = \"FF\" or type = \"NF\" and ret = 0"),
        ("(type=FF or type=NF) and ret=0", "(type = \"FF\" or type = \"NF\") and ret = 0"),
        ("((type=FF))", "type = \"FF\""),
        ("not (type=FF and ret=0)", "not (type = \"FF\" and ret = 0)"),
        ("not not type=FF", "not not type = \"FF\""),
        ("proc.name in (a,\"b c\", 'd')", "proc.name in (\"a\", \"b c\", \"d\")"),
        ("file.path pmatch (.ssh, ..)", "file.path pmatch (\".ssh\", \"..\")"),
        ("exists pproc.pid", "exists pproc.pid"),
        ("not sf.pproc.pid exists", "not exists pproc.pid"),
        ("proc.tty = TRUE", "proc.tty = true"),
        ("net.proto = udp", "net.proto = 17"),
        ("ts >= 2022-03-17", "ts >= 1647475200000000000"),
        ("ts >= 2022-03-17T19:14:15.5Z", "ts >= 1647544455500000000"),
        ("ts_uts < 5", "ts_uts < 5"),
        ("file.path startswith /root/orcexec.", "file.path startswith \"/root/orcexec.\""),
        ("proc.args contains \"a\\\"b\\\\\"", "proc.args contains \"a\\\"b\\\\\""),
        ("proc.args contains '\\x1b\\n'", "proc.args contains \"\\x1b\\n\""),
        ("opflags in (OPEN)", "opflags in (\"OPEN\")"),
    ])
    func textsAreRead(_ text: String, _ canonical: String) throws {
        let condition = try parsed(text)
        #expect("\(condition)" == canonical)
        #expect(try parsed(canonical) == condition)
    }

    @Test(arguments: [
        ("", 1, "the end", "attribute"),
        ("type", 5, "the end", "comparison of type"),
        ("type =", 7, "the end", "value"),
        ("proc.ex = a", 1, "proc.ex", "did you mean proc.exe?"),
        ("type = FF and prco.exe = a", 15, "prco.exe", "did you mean proc.exe?"),
        ("proc.exe = sf.nothing.like.this.at.all.here", 12, "no attribute", ""),
        ("type = FF file.path = a", 11, "file.path", "quotes"),
        ("type = FF)", 10, ")", "closes nothing"),
        ("(type = FF", 1, "never closed", ")"),
        ("type in (FF, NF", 9, "never closed", ")"),
        ("type in FF", 9, "FF", "in (a, b)"),
        ("type in ()", 10, ")", "value"),
        ("type in (FF NF)", 13, "NF", ","),
        ("type ~ FF", 6, "~", "contains"),
        ("ret contains 1", 5, "contains", "number"),
        ("proc.exe < 1", 10, "<", "a text"),
        ("proc.tty = maybe", 12, "maybe", "true or false"),
        ("ret = abc", 7, "abc", "number"),
        ("ret = 99999999999999999999", 7, "9999", "number"),
        ("ts > yesterday", 6, "yesterday", "2024-05-31"),
        ("ts > 2023-02-29", 6, "2023", "UTC"),
        ("proc.exe = sf.ret", 12, "cannot be compared", "quotes"),
        ("type = \"FF", 8, "not closed", "quotes"),
        ("type = \"\\q\"", 9, "backslash", "\\\\"),
        ("type = and", 8, "and", "quotes"),
        ("and = 1", 1, "and", "attribute"),
        ("\"type\" = FF", 1, "type", "attribute"),
        ("ätype = FF", 1, "ätype", ""),
        ("proc.exe = \"ä\" x", 16, "x", "quotes"),
    ])
    func whatIsNoExpressionIsRefused(
        _ text: String, _ column: Int, _ found: String, _ remedy: String
    ) throws {
        let error = try #require(
            #expect(throws: ConditionError.self) { _ = try Condition(parsing: text) })
        #expect(error.column == column, "\(error)")
        #expect(error.detail.contains(found), "\(error)")
        #expect(error.detail.contains(remedy), "\(error)")
    }

    @Test func lengthAndNestingAreBounded() throws {
        let deep = QueryLimits.nesting
        func nested(_ levels: Int) -> String {
            String(repeating: "(", count: levels) + "ret=0" + String(repeating: ")", count: levels)
        }
        #expect(throws: Never.self) { _ = try Condition(parsing: nested(deep - 1)) }
        #expect(throws: ConditionError.self) { _ = try Condition(parsing: nested(deep)) }
        #expect(throws: ConditionError.self) {
            _ = try Condition(parsing: String(repeating: "not ", count: 60_000 / 4) + "ret=0")
        }
        let long = "type=FF" + String(repeating: " or ret=0", count: 7000)
        #expect(throws: Never.self) { _ = try Condition(parsing: long) }
        #expect(throws: ConditionError.self) { _ = try Condition(parsing: long + long) }
    }

    @Test func whatCanNeverHoldIsTold() throws {
        #expect(try parsed("opflags = OPEN and type in (FF, PE)").impossibilities == [])
        let told = try parsed("not opflags = OPNE or type in (FF, FileFlow)").impossibilities
        #expect(told.count == 2)
        #expect(told[0].contains("OPNE") && told[0].contains("OPEN"))
        #expect(told[1].contains("FileFlow") && told[1].contains("KE"))
    }
}
