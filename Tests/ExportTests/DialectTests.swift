import Export
import Foundation
import Query
import SysFlow
import Testing

/// What only the dialect `loadline` has is printed and found too.
@Suite struct DialectTests {
    private static let trace: [UInt8] = {
        let id = ProcessID(createTime: 5, hostPID: 42)
        let web = Container(
            id: "0123456789ab", name: "web", image: "nginx:1", imageID: "", type: .containerd,
            privileged: false)
        let verdict = VerdictRecord(
            process: id, time: 1_700_000_000_000_000_000, tid: 43, dimension: "file",
            outcome: "killed", access: ["read", "write"], object: "/etc/shadow\"", profile: "web")
        let records: [Record] = [
            .header(Header(exporter: "node-1")), .container(web),
            .process(
                Process(
                    state: .created, oid: id, parent: nil, time: 1, exe: "/bin/sh", exeArgs: "",
                    uid: 0, gid: 0, containerID: web.id)),
            .verdict(verdict),
            .processEvent(
                ProcessEvent(process: id, time: 2, tid: 42, operations: .exit, result: 0)),
            .loss(
                Loss(
                    time: 3, containerID: web.id, kind: "file open", cause: "ring full",
                    count: 12)),
        ]
        var writer = RecordWriter(dialect: .loadline)
        for record in records { writer.append(record) }
        writer.finishBlock()
        return writer.takeOutput()
    }()

    private func objects(where condition: String? = nil) throws -> [[String: Any]] {
        try Printing(Self.trace, RecordPrinter(.flat, fields: nil, width: nil), where: condition)
            .lines.map {
                try #require(
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
    }

    @Test func verdictsAndLossesAreLines() throws {
        let lines = try objects()
        #expect(lines.map { $0["type"] as? String } == ["V", "PE", "L"])
        let verdict = lines[0]
        #expect(verdict["verdict.outcome"] as? String == "killed")
        #expect(verdict["verdict.dimension"] as? String == "file")
        #expect(verdict["verdict.object"] as? String == "/etc/shadow\"")
        #expect(verdict["verdict.access"] as? [String] == ["read", "write"])
        #expect(verdict["verdict.profile"] as? String == "web")
        #expect(verdict["proc.exe"] as? String == "/bin/sh")
        #expect(verdict["proc.tid"] as? Int == 43)
        #expect(verdict["container.name"] as? String == "web")
        #expect(lines[1]["verdict.outcome"] == nil)
        #expect(lines[1]["k8s.msg"] as? String == "")
        let loss = lines[2]
        #expect(loss["loss.count"] as? Int == 12)
        #expect(loss["loss.kind"] as? String == "file open")
        #expect(loss["container.name"] as? String == "web")
        #expect(loss["proc.exe"] as? String == "")
    }

    @Test(arguments: [
        ("verdict.outcome = killed", 1), ("verdict.access = write", 1),
        ("verdict.object startswith /etc", 1), ("loss.count > 11", 1), ("loss.count > 12", 0),
        ("exists loss.cause or exists verdict.profile", 2), ("verdict.dimension = exec", 0),
        ("container.name = web", 3), ("type in (V, L)", 2),
    ])
    func conditionsHoldOfThem(_ condition: String, _ count: Int) throws {
        #expect(try objects(where: condition).count == count)
    }

    @Test func theResourceSaysWhatItWas() throws {
        let text = try Printing(
            Self.trace,
            RecordPrinter(.csv, fields: try Attribute.list(parsing: "type,res"), width: nil)
        ).text
        #expect(
            text == "type,res\nV,\"/etc/shadow\"\"\"\nPE,\nL,12 file open: ring full\n"
                || text
                    == "type,res\r\nV,\"/etc/shadow\"\"\"\r\nPE,\r\nL,12 file open: ring full\r\n"
        )
    }
}
