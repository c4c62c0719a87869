import Foundation
import Query
import ReferenceTraces
import SysFlow
import Testing

/// How many events and flows of a real trace an expression holds of, beside the same asked of the
/// official tools' lines.
@Suite(
    .enabled(if: !ReferenceTrace.areMissing, "the reference traces ../shared/sysflow are absent"))
struct AnswerTests {
    typealias Line = [String: Any]

    /// A trace as this reader and as the official tools have it.
    struct Case {
        var records: [Record] = []
        var golden: [Line]

        init(_ part: String) throws {
            let trace = ReferenceTrace.named(part)
            var reader = try RecordReader(try trace.bytes())
            while let record = reader.next() { records.append(record) }
            golden = try trace.goldenObjects()
        }

        /// Of each event and flow, whether the expression holds.
        func answers(_ text: String) throws -> [Bool] {
            let condition = try Condition(parsing: text)
            var tables = EntityTables()
            var answers: [Bool] = []
            for record in records {
                guard let occurrence = tables.join(record) else { continue }
                answers.append(
                    condition.holds(of: occurrence, in: tables, number: answers.count))
            }
            return answers
        }

        /// It holds of some and not of all, and of those of which `golden` does.
        func expect(
            _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ agrees: (Line) -> Bool
        ) throws {
            let expected = golden.map(agrees)
            let found = try answers(text)
            #expect(found == expected, "\(text)", sourceLocation: sourceLocation)
            let held = found.count { $0 }
            #expect(
                held > 0 && held < found.count, "\(held): \(text)",
                sourceLocation: sourceLocation)
            #expect(
                try answers("not (\(text))") == expected.map { !$0 },
                sourceLocation: sourceLocation)
        }
    }

    private static func text(_ line: Line, _ name: String) -> String { line[name] as? String ?? "" }
    private static func number(_ line: Line, _ name: String) -> Int? { line[name] as? Int }
    private static func has(_ line: Line, _ bit: Int) -> Bool {
        (number(line, "opflags_bitmap") ?? 0) & 1 << bit != 0
    }

    @Test func textsAreCompared() throws {
        let lss = try Case("lss/httpd")
        try lss.expect("type = FF") { Self.text($0, "type") == "FF" }
        try lss.expect("sf.type != FF") { Self.text($0, "type") != "FF" }
        try lss.expect("file.path startswith /etc/") {
            Self.text($0, "file.path").hasPrefix("/etc/")
        }
        try lss.expect("file.path endswith .conf") {
            Self.text($0, "file.path").hasSuffix(".conf")
        }
        try lss.expect("proc.args contains \"-c\"") { Self.text($0, "proc.args").contains("-c") }
        try lss.expect("proc.exe icontains BASH") {
            Self.text($0, "proc.exe").lowercased().contains("bash")
        }
        try lss.expect("file.path pmatch (/lib/, passwd)") {
            let path = Self.text($0, "file.path")
            return path.contains("/lib/") || path.contains("passwd")
        }
        try lss.expect("proc.name in (bash, sh, nothing)") {
            let name = Self.text($0, "proc.exe").split(separator: "/").last ?? ""
            return name == "bash" || name == "sh"
        }
        try lss.expect("file.directory = /etc") {
            let path = Self.text($0, "file.path")
            return path.hasPrefix("/etc/") && path.dropFirst(5).firstIndex(of: "/") == nil
        }
        try lss.expect("proc.exe != pproc.exe") {
            let parent = Self.number($0, "pproc.pid")
            return parent == nil || Self.text($0, "proc.exe") != Self.text($0, "pproc.exe")
        }
    }

    @Test func numbersAndFlagsAreCompared() throws {
        let lss = try Case("lss/httpd")
        try lss.expect("ret < 0") { Self.number($0, "ret") ?? 0 < 0 }
        try lss.expect("ret >= 0") { Self.number($0, "ret") ?? -1 >= 0 }
        try lss.expect("flow.rbytes > 1000 and flow.rops <= 2") {
            Self.number($0, "flow.rbytes") ?? 0 > 1000 && Self.number($0, "flow.rops") ?? 9 <= 2
        }
        try lss.expect("proc.uid != pproc.uid") {
            let (own, parent) = (Self.number($0, "proc.uid"), Self.number($0, "pproc.uid"))
            return own == nil || own != parent
        }
        try lss.expect("proc.tty = true") { $0["proc.tty"] as? Bool == true }
        try lss.expect("file.openflags = CREAT and file.is_open_write = true") {
            let flags = Self.number($0, "file.openflags") ?? 0
            return flags & 4 != 0 && flags & 2 != 0
        }
        try lss.expect("file.openflags = RDONLY") {
            (Self.number($0, "file.openflags") ?? 0) & 3 == 1
        }
        let numbered = try lss.answers("idx < 10 or idx = 20")
        #expect(numbered.indices.filter { numbered[$0] } == Array(0..<10) + [20])
    }

    @Test func listsTimesAndAbsenceAreCompared() throws {
        let pods = try Case("k8s/small")
        try pods.expect("opflags = EXEC") { Self.has($0, 1) }
        try pods.expect("opflags in (READ, SEND)") { Self.has($0, 8) || Self.has($0, 9) }
        try pods.expect("opflags != OPEN") { !Self.has($0, 7) }
        try pods.expect("net.port in (80, 443, 53)") { line in
            [80, 443, 53].contains {
                Self.number(line, "net.sport") == $0 || Self.number(line, "net.dport") == $0
            }
        }
        try pods.expect("net.ip startswith 172.17.") {
            Self.text($0, "net.sip").hasPrefix("172.17.")
                || Self.text($0, "net.dip").hasPrefix("172.17.")
        }
        try pods.expect("ts >= 2022-03-17T19:14:16 and endts < 2022-03-17T19:14:17") {
            Self.number($0, "ts_uts") ?? 0 >= 1_647_544_456_000_000_000
                && Self.number($0, "endts_uts") ?? .max < 1_647_544_457_000_000_000
        }
        try pods.expect("pod.internalip = 172.17.0.16") {
            ($0["pod.internalip"] as? [String])?.contains("172.17.0.16") ?? false
        }
        try pods.expect("exists pproc.pid") { Self.number($0, "pproc.pid") != nil }
        try pods.expect("container.id exists") { Self.text($0, "container.id") != "" }
        try pods.expect("exists file.newpath") { Self.text($0, "file.newpath") != "" }
        // What is missing is equal to nothing, and so unequal to everything.
        try pods.expect("net.dport != 80") { Self.number($0, "net.dport") != 80 }
        try pods.expect("k8s.kind startswith K8S_") {
            Self.text($0, "k8s.kind").hasPrefix("K8S_")
        }
    }

    @Test func ancestorsAreSeen() throws {
        let trace = try Case("lss/httpd")
        let own = try trace.answers("proc.name = bash")
        let parents = try trace.answers("pproc.name = bash")
        let all = try trace.answers("proc.aname = bash")
        for index in own.indices {
            #expect(!own[index] && !parents[index] || all[index])
        }
        #expect(all.count { $0 } > own.count { $0 })
        #expect(all.contains(false))
        let line = try trace.answers("proc.apid = sf.proc.pid and proc.aexe = pproc.exe")
        #expect(try line == trace.answers("exists pproc.exe"))
    }
}
