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

    /// Of each event and flow, whether the expression holds.
    private func answers(_ text: String, _ trace: ReferenceTrace) throws -> [Bool] {
        let condition = try Condition(parsing: text)
        var reader = try RecordReader(try trace.bytes())
        var tables = EntityTables()
        var answers: [Bool] = []
        while let record = reader.next() {
            guard let occurrence = tables.join(record) else { continue }
            answers.append(condition.holds(of: occurrence, in: tables, number: answers.count))
        }
        return answers
    }

    private func expect(
        _ text: String, _ trace: String, _ count: ClosedRange<Int>,
        sourceLocation: SourceLocation = #_sourceLocation, _ golden: (Line) -> Bool
    ) throws {
        let trace = ReferenceTrace.named(trace)
        let expected = try trace.goldenObjects().map(golden)
        let found = try answers(text, trace)
        #expect(found == expected, "\(text)", sourceLocation: sourceLocation)
        let held = found.count { $0 }
        #expect(count.contains(held), "\(held): \(text)", sourceLocation: sourceLocation)
        let negated = try answers("not (\(text))", trace)
        #expect(negated == expected.map { !$0 }, sourceLocation: sourceLocation)
    }

    private static func text(_ line: Line, _ name: String) -> String { line[name] as? String ?? "" }
    private static func number(_ line: Line, _ name: String) -> Int? { line[name] as? Int }
    private static func has(_ line: Line, _ bit: Int) -> Bool {
        (number(line, "opflags_bitmap") ?? 0) & 1 << bit != 0
    }

    @Test func textsAreCompared() throws {
        try expect("type = FF", "insider", 2640...2640) { Self.text($0, "type") == "FF" }
        try expect("sf.type != FF", "insider", 352...352) { Self.text($0, "type") != "FF" }
        try expect("file.path startswith /etc/", "insider", 1...2991) {
            Self.text($0, "file.path").hasPrefix("/etc/")
        }
        try expect("file.path endswith .so.6", "insider", 1...2991) {
            Self.text($0, "file.path").hasSuffix(".so.6")
        }
        try expect("proc.args contains \"-c\"", "samples/httpd-cron", 1...300) {
            Self.text($0, "proc.args").contains("-c")
        }
        try expect("proc.exe icontains CRON", "samples/httpd-cron", 1...300) {
            Self.text($0, "proc.exe").lowercased().contains("cron")
        }
        try expect("file.path pmatch (/lib/, passwd)", "insider", 1...2991) {
            let path = Self.text($0, "file.path")
            return path.contains("/lib/") || path.contains("passwd")
        }
        try expect("proc.name in (bash, sh, nothing)", "bh/1634482338", 1...2000) {
            let name = Self.text($0, "proc.exe").split(separator: "/").last ?? ""
            return name == "bash" || name == "sh"
        }
        try expect("file.directory = /etc", "insider", 1...2991) {
            let path = Self.text($0, "file.path")
            return path.hasPrefix("/etc/") && path.dropFirst(5).firstIndex(of: "/") == nil
        }
    }

    @Test func numbersAreCompared() throws {
        try expect("ret < 0", "bh/1634482338", 1...2000) { Self.number($0, "ret") ?? 0 < 0 }
        try expect("ret >= 0", "bh/1634482338", 1...2000) { Self.number($0, "ret") ?? -1 >= 0 }
        try expect("flow.rbytes > 1000 and flow.rops <= 2", "insider", 1...2991) {
            Self.number($0, "flow.rbytes") ?? 0 > 1000 && Self.number($0, "flow.rops") ?? 9 <= 2
        }
        try expect("proc.uid != pproc.uid", "insider", 1...2991) {
            Self.number($0, "proc.uid") != Self.number($0, "pproc.uid")
                || Self.number($0, "proc.uid") == nil
        }
        try expect("net.port in (80, 443, 53)", "k8s/small", 1...1511) { line in
            [80, 443, 53].contains {
                Self.number(line, "net.sport") == $0 || Self.number(line, "net.dport") == $0
            }
        }
        let numbered = try answers("idx < 10 or idx = 20", ReferenceTrace.named("insider"))
        #expect(numbered.indices.filter { numbered[$0] } == Array(0..<10) + [20])
    }

    @Test func flagsListsAndTimesAreCompared() throws {
        try expect("proc.tty = true", "bh/1634482338", 1...2000) { $0["proc.tty"] as? Bool == true }
        try expect("opflags = EXEC", "bh/1634482338", 1...2000) { Self.has($0, 1) }
        try expect("opflags in (READ, SEND)", "insider", 1...2991) {
            Self.has($0, 8) || Self.has($0, 9)
        }
        try expect("opflags != OPEN", "insider", 1...2991) { !Self.has($0, 7) }
        try expect("file.openflags = CREAT and file.is_open_write = true", "insider", 1...2991) {
            let flags = Self.number($0, "file.openflags") ?? 0
            return flags & 4 != 0 && flags & 2 != 0
        }
        try expect("net.ip startswith 172.17.", "k8s/small", 1...1511) {
            Self.text($0, "net.sip").hasPrefix("172.17.")
                || Self.text($0, "net.dip").hasPrefix("172.17.")
        }
        try expect(
            "ts >= 2022-03-17T19:14:16 and endts < 2022-03-17T19:14:17", "k8s/small", 1...5246
        ) {
            Self.text($0, "type") != "PE" && Self.text($0, "type") != "FE"
                && Self.text($0, "type") != "KE"
                && Self.number($0, "ts_uts") ?? 0 >= 1_647_544_456_000_000_000
                && Self.number($0, "endts_uts") ?? 0 < 1_647_544_457_000_000_000
        }
        try expect("pod.internalip = 172.17.0.16", "k8s/small", 1...5246) {
            ($0["pod.internalip"] as? [String])?.contains("172.17.0.16") ?? false
        }
    }

    @Test func absenceIsSeen() throws {
        try expect("exists pproc.pid", "httpd-cron", 1...400) {
            Self.number($0, "pproc.pid") != nil
        }
        try expect("container.id exists", "k8s/small", 1...5246) {
            Self.text($0, "container.id") != ""
        }
        try expect("exists file.newpath", "lss/httpd", 1...100) {
            Self.text($0, "file.newpath") != ""
        }
        // What is missing is equal to nothing, and so unequal to everything.
        try expect("net.dport != 80", "k8s/small", 1...5246) { Self.number($0, "net.dport") != 80 }
        try expect("k8s.kind = K8S_PODS", "k8s/small", 1...4) {
            Self.text($0, "k8s.kind") == "K8S_PODS"
        }
    }

    @Test func ancestorsAreSeen() throws {
        let trace = ReferenceTrace.named("httpd-cron")
        let own = try answers("proc.name = sh", trace)
        let all = try answers("proc.aname = sh", trace)
        let parents = try answers("pproc.name = sh", trace)
        for index in own.indices {
            #expect(!own[index] && !parents[index] || all[index])
        }
        #expect(all.count { $0 } > own.count { $0 })
        let pids = try answers("proc.apid = sf.proc.pid and proc.aexe = pproc.exe", trace)
        let known = try answers("exists pproc.exe", trace)
        #expect(pids == known)
    }
}
