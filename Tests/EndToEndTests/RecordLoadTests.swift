import ContainerHarness
import Foundation
import Testing

extension EndToEnd.Recording {
    /// nginx' own log says what it sent; the records' volumes say the same, however many exports
    /// and processes they are spread over.
    @Test func volumesUnderLoadAreThoseOfTheLog() async throws {
        try await EndToEnd.withFolder { folder in
            let file = folder + "/nginx.sf"
            let service = NginxService()
            let container = try service.container()
            defer { container.delete() }
            try container.create()
            let record = try LoadlineProgram.start([
                "record", "--container", container.id, "--export-interval", "1s", "-o", file,
            ])
            try record.waitFor("recording ")
            try container.start()
            try container.waitUntilListening(service.port)
            let connections = 16
            let figures = try Load.nginx(container, seconds: 4, connections: connections)
            #expect(figures.errors == 0)
            // The workers see the load's end a moment later.
            try container.waitUntilQuiet()
            let opened = try container.connectionsAccepted()
            #expect(try record.stop() == 0, "\(record.output)")
            #expect(record.losses == [])

            let lines = try SysflowTools.sysprint(file)
            let log = try AccessLog(container)
            print("nginx: \(lines.count) records of \(log.requests) requests")
            #expect(Double(log.requests) >= figures.requests)
            Self.checkVolumes(lines, log)
            Self.checkConnections(lines, log, connections, opened)
            try Self.checkSent(lines, log, container)
            #expect(lines.allSatisfy { $0.text("container.id") == container.id })
            let processes = lines.filter { $0.type == "PE" }
            #expect(processes.allSatisfy { $0.text("proc.exe") == "/usr/sbin/nginx" })
            // The master and what it forks: two workers.
            let forks = processes.filter { $0.has(0) && $0.number("ret") > 0 }
            #expect(forks.count == 2)
        }
    }

    private static func checkVolumes(_ lines: [SysflowTools.Line], _ log: AccessLog) {
        let flows = lines.filter { $0.type == "FF" }
        let served = flows.filter { $0.text("file.path").hasPrefix("/srv/www/") }
        #expect(served.reduce(0) { $0 + $1.number("flow.rbytes") } == log.bodyBytes)
        #expect(Set(served.map { $0.text("file.path") }).count == NginxService.pages.count)
        let logged = flows.filter { $0.text("file.path") == NginxService.accessLog }
        #expect(logged.reduce(0) { $0 + $1.number("flow.wbytes") } == log.size)
        #expect(logged.reduce(0) { $0 + $1.number("flow.wops") } == log.requests)
        // Both workers, and several exports.
        #expect(Set(served.map { $0.number("proc.pid") }).count == 2)
        #expect(served.count > NginxService.pages.count * 2)
    }

    private static func checkConnections(
        _ lines: [SysflowTools.Line], _ log: AccessLog, _ connections: Int, _ opened: Int
    ) {
        let flows = lines.filter { $0.type == "NF" }
        #expect(flows.allSatisfy { $0.number("net.dport") == 8080 && $0.number("net.proto") == 6 })
        #expect(flows.allSatisfy { $0.text("net.sip") == "127.0.0.1" })
        #expect(flows.allSatisfy { $0.text("net.dip") == "127.0.0.1" })
        let accepted = Set(flows.filter { $0.has(5) }.map { $0.number("net.sport") })
        #expect(accepted.count == opened)
        #expect(Set(flows.map { $0.number("net.sport") }) == accepted)
        let used = Set(flows.filter { $0.number("flow.wops") > 0 }.map { $0.number("net.sport") })
        #expect(used.count == log.connections)
        // wrk tries the address once before it begins. It connects anew, for the same one of its
        // connections, after a last reply; the end may come before it does, or before it asks.
        let most = connections + log.lastReplies
        #expect(used.count >= connections && used.count <= most)
        #expect(accepted.count > used.count && accepted.count <= most + 1)
    }

    private static func checkSent(
        _ lines: [SysflowTools.Line], _ log: AccessLog, _ container: RuncContainer
    ) throws {
        let sent = lines.filter { $0.type == "NF" }.reduce(0) { $0 + $1.number("flow.wbytes") }
        let shorter = log.lastReplies * ("keep-alive".count - "close".count)
        let wanted = log.bodyBytes + (try log.headerBytes(container)) - shorter
        #expect(sent == wanted)
    }
}

/// What nginx says that it did.
private struct AccessLog {
    var requests = 0
    var bodyBytes = 0
    var size = 0
    /// Connections that were asked on.
    var connections = 0
    /// Replies that say that the connection ends with them.
    var lastReplies = 0
    private var byPath: [String: Int] = [:]

    init(_ container: RuncContainer) throws {
        let text = try #require(try container.contents(of: NginxService.accessLog))
        size = text.utf8.count
        for line in text.split(separator: "\n") {
            // ADDRESS - - [TIME ZONE] "GET PATH HTTP/1.1" STATUS BYTES "-" "-" NUMBER
            let words = line.split(separator: " ")
            try #require(words.count == 13 && words[8] == "200", "\(line)")
            requests += 1
            bodyBytes += try #require(Int(words[9]))
            byPath[String(words[6]), default: 0] += 1
            let number = try #require(Int(words[12]))
            if number == 1 { connections += 1 }
            if number == NginxService.requestsPerConnection { lastReplies += 1 }
        }
    }

    /// Bytes of all replies' heads, by asking for one of each page.
    func headerBytes(_ container: RuncContainer) throws -> Int {
        try byPath.reduce(0) { sum, entry in
            let reply = try Probe.http(in: container, port: 8080, "GET", entry.key)
            let head = try #require(reply.range(of: "\r\n\r\n"))
            let length = reply[..<head.upperBound].utf8.count
            // This request asked to close; those of the load did not.
            return sum + entry.value * (length + "keep-alive".count - "close".count)
        }
    }
}
