import Export
import Foundation
import Query
import SysFlow
import Testing

/// Texts with all that could break a format.
struct EscapeTests {
    static let nasty = "a\"b\\c\nd\te\r\u{1}\u{1b}[31m\u{7f}\u{9b}ä😀,;'{}"

    private func occurrence(_ tables: inout EntityTables) throws -> Occurrence {
        let id = ProcessID(createTime: 5, hostPID: 7)
        let file = FileID(containerID: "", path: Self.nasty)
        let entities: [Record] = [
            .header(Header(exporter: Self.nasty)),
            .process(
                Process(
                    state: .created, oid: id, parent: nil, time: 1, exe: Self.nasty,
                    exeArgs: Self.nasty, uid: -1, gid: .max, containerID: nil,
                    env: ["", "A=1", "=", "B=\n"])),
            .file(
                File(
                    state: .created, oid: file, time: 1, resourceType: 0x22, path: Self.nasty,
                    containerID: nil)),
        ]
        for record in entities { _ = tables.join(record) }
        return try joined(
            .fileFlow(
                FileFlow(
                    process: id, time: .min, tid: .min, operations: [.open], openFlags: [],
                    endTime: .max, file: file, fd: 3,
                    volume: Volume(readOperations: -1, readBytes: .max))), &tables)
    }

    @Test(arguments: [RecordPrinter.Format.flat, .json])
    func jsonGivesTheTextBack(_ format: RecordPrinter.Format) throws {
        var tables = EntityTables()
        let occurrence = try occurrence(&tables)
        var printer = RecordPrinter(format)
        printer.append(occurrence, in: tables, number: 0)
        #expect(printer.output.count { $0 == 0x0a } == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(printer.output)) as? [String: Any])
        func field(_ group: String, _ name: String) -> Any? {
            format == .flat ? object["\(group).\(name)"] : (object[group] as? [String: Any])?[name]
        }
        #expect(field("proc", "exe") as? String == Self.nasty)
        #expect(field("file", "path") as? String == Self.nasty)
        #expect(field("file", "type") as? String == "\"")
        #expect(field("proc", "env") as? String == "A=1;B=\n")
        #expect(object["res"] as? String == Self.nasty)
        #expect(object["ts_uts"] as? Int64 == .min)
        #expect(object["endts_uts"] as? Int64 == .max)
        #expect(object["ts"] as? String == "1677-09-21T00:12:43.145224")
        #expect(field("flow", "rops") as? Int == -1)
        #expect(field("proc", "gid") as? Int32 == .max)
        #expect(field("node", "id") as? String == Self.nasty)
    }

    @Test func csvGivesTheTextBack() throws {
        var tables = EntityTables()
        let occurrence = try occurrence(&tables)
        var printer = RecordPrinter(.csv, fields: [.processExecutable, .type, .filePath])
        printer.append(occurrence, in: tables, number: 0)
        let rows = CSVText.rows(String(decoding: printer.output, as: UTF8.self))
        #expect(rows == [["proc.exe", "type", "file.path"], [Self.nasty, "FF", Self.nasty]])
    }

    @Test(arguments: [nil, 40])
    func tablesDoNotSteerTheTerminal(_ width: Int?) throws {
        var tables = EntityTables()
        let occurrence = try occurrence(&tables)
        var printer = RecordPrinter(.table, fields: [.processExecutable, .filePath], width: width)
        printer.append(occurrence, in: tables, number: 0)
        let text = String(decoding: printer.output, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 2)
        for scalar in text.unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value))
        }
        #expect(text.contains("😀"))
    }

    @Test func whatIsNotThereIsNullOrEmpty() throws {
        var tables = EntityTables()
        let lost = ProcessEvent(
            process: ProcessID(createTime: 1, hostPID: 1), time: 0, tid: 1, operations: .exec,
            result: 0)
        let occurrence = try joined(.processEvent(lost), &tables)
        #expect(tables.unresolved.processes == 1)
        var printer = RecordPrinter(.flat)
        printer.append(occurrence, in: tables, number: 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(printer.output)) as? [String: Any])
        for field in ["proc.pid", "proc.uid", "proc.createts", "pproc.pid", "endts_uts"] {
            #expect(object[field] is NSNull)
        }
        for field in ["state", "proc.exe", "proc.tty", "pproc.createts", "schema", "endts"] {
            #expect(object[field] as? String == "")
        }
    }

    @Test func networkEventsAndIPv6ArePrinted() throws {
        var tables = EntityTables()
        let event = NetworkEvent(
            process: ProcessID(createTime: 1, hostPID: 1), time: 0, tid: 1, operations: .connect,
            source: IPAddress(text: "::1")!, sourcePort: 1,
            destination: IPAddress(text: "192.0.2.1")!, destinationPort: 2, proto: 6, result: -111)
        let occurrence = try joined(.networkEvent(event), &tables)
        for printer in [
            RecordPrinter(.flat), RecordPrinter(.flat, fields: RecordPrinter.allFields),
        ] {
            var printer = printer
            printer.append(occurrence, in: tables, number: 0)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(printer.output)) as? [String: Any])
            #expect(object["type"] as? String == "NE")
            #expect(object["net.sip"] as? String == "::1")
            #expect(object["res"] as? String == "[::1]:1-192.0.2.1:2")
            #expect(object["ret"] as? Int == -111)
            #expect(object["flow.rbytes"] is NSNull)
        }
    }
}

private func joined(_ record: Record, _ tables: inout EntityTables) throws -> Occurrence {
    let occurrence = tables.join(record)
    return try #require(occurrence)
}
