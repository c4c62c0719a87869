import Export
import Foundation
import Query
import ReferenceTraces
import SysFlow
import Testing

@Suite(
    .enabled(if: !ReferenceTrace.areMissing, "the reference traces ../shared/sysflow are absent"))
struct FormatTests {
    static let trace = "samples/httpd-cron"

    private func printed(
        _ format: RecordPrinter.Format, _ fields: String? = nil, width: Int? = nil,
        where condition: String? = nil, limit: Int? = nil
    ) throws -> Printing {
        let fields = try fields.map { try Attribute.list(parsing: $0) }
        return try Printing(
            try ReferenceTrace.named(Self.trace).bytes(),
            RecordPrinter(format, fields: fields, width: width), where: condition, limit: limit)
    }

    /// Of a trace of processes and of one of pods.
    @Test(arguments: [trace, "k8s/small"])
    func nestedObjectsHoldWhatFlatOnesDo(_ name: String) throws {
        let trace = ReferenceTrace.named(name)
        let nested = try Printing(
            try trace.bytes(), RecordPrinter(.json), limit: 800
        ).lines
        let golden = try trace.goldenObjects()
        #expect(nested.count == min(800, golden.count))
        for (line, expected) in zip(nested, golden) {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            var flat: [String: Any] = [:]
            for (key, value) in object {
                guard let members = value as? [String: Any] else {
                    flat[key] = value
                    continue
                }
                for (member, value) in members { flat["\(key).\(member)"] = value }
            }
            #expect(flat as NSDictionary == expected as NSDictionary)
        }
    }

    @Test func groupsStayTogetherWhateverTheOrderOfFields() throws {
        let line = try printed(.json, "proc.pid,type,proc.exe,res", limit: 1).text
        #expect(line.hasPrefix("{\"proc\":{\"pid\":"))
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect((object?["proc"] as? [String: Any])?.count == 2)
        #expect(object?.count == 3)
    }

    @Test func namedFieldsStandInTheirOrder() throws {
        let flat = try printed(.flat, "type,idx,net.port", where: "type = NF", limit: 1)
        let text = flat.text
        #expect(text.hasPrefix("{\"type\":\"NF\",\"idx\":"))
        #expect(text.contains(",\"net.port\":["))
        let csv = try printed(.csv, "type,idx", limit: 2).text
        #expect(csv == "type,idx\nPE,0\nPE,1\n" || csv.hasPrefix("type,idx\n"))
    }

    @Test func cellsOfCSVAreWhatFlatFieldsAre() throws {
        let names = "ts,type,opflags,ret,proc.exe,proc.args,file.path,res,proc.tty"
        let rows = CSVText.rows(try printed(.csv, names).text)
        let golden = try ReferenceTrace.named(Self.trace).goldenObjects()
        let fields = names.split(separator: ",").map(String.init)
        #expect(rows.first == fields)
        #expect(rows.count == golden.count + 1)
        for (row, expected) in zip(rows.dropFirst(), golden) {
            for (cell, field) in zip(row, fields) {
                let value: String =
                    switch expected[field] {
                    case let text as String: text
                    case is NSNull, nil: ""
                    case let flag as Bool where field == "proc.tty": flag ? "true" : "false"
                    case let other?: "\(other)"
                    }
                #expect(cell == value)
            }
        }
    }

    @Test func tablesFitTheTerminal() throws {
        for width in [60, 80, 132, 240] {
            let table = try printed(.table, width: width)
            let lines = table.text.split(separator: "\n")
            #expect(lines.count == table.printed + 1)
            #expect(lines.allSatisfy { $0.count <= width })
            #expect(width < 132 || lines[0].contains("Start Time"))
        }
    }

    @Test func columnsBeginWhereTheirTitlesDo() throws {
        let table = try printed(.table, "type,proc.pid,res", width: 80).text
        let lines = table.split(separator: "\n").map(Array.init)
        let column = try #require(String(lines[0]).firstRange(of: "Resource")?.lowerBound)
        let place = String(lines[0]).distance(from: String(lines[0]).startIndex, to: column)
        for line in lines.dropFirst() where line.count > place {
            #expect(line[place - 1] == " " && line[place - 2] == " ")
        }
    }

    @Test func withoutATerminalNothingIsCut() throws {
        let longest = try ReferenceTrace.named(Self.trace).goldenObjects()
            .compactMap { $0["proc.args"] as? String }.max { $0.count < $1.count }
        let table = try printed(.table, "proc.args").text
        #expect(table.contains(try #require(longest)))
    }

    @Test func aLimitEndsIt() throws {
        for limit in [0, 1, 5] {
            let printing = try printed(.flat, limit: limit)
            #expect(printing.printed == limit && printing.lines.count == limit)
        }
    }
}

/// Reads RFC 4180.
enum CSVText {
    static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                cell += "\""
                scalars.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(cell)
                cell = ""
            case "\n" where !isQuoted:
                rows.append(row + [cell])
                row = []
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        return rows
    }
}
