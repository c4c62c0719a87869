import Foundation
import Glibc

/// By nginx' own processes, through mistakes in its configuration.
public struct NginxAttacks: Sendable {
    let service: NginxService

    public init(_ service: NginxService) { self.service = service }

    public var all: [Attack] { [read, write] + egress + [listen] }

    private var read: Attack {
        let port = service.port
        return Attack("nginx-read-secret", .file, "a worker opens /etc/canary-secret") { target in
            let reply = try Probe.http(
                in: target.container, port: port, "GET", "/secret/canary-secret")
            return .byText(reply, has: target.canary.secret, what: "the secret was served")
        }
    }

    private var write: Attack {
        let port = service.port
        return Attack("nginx-write-cron", .file, "a worker writes /etc/cron.d/x") { target in
            let token = Canary.token()
            return try target.writing("/etc/cron.d/x", token) {
                try Probe.http(in: target.container, port: port, "PUT", "/drop/x", body: token)
            }
        }
    }

    private var egress: [Attack] {
        let port = service.port
        return [
            ("tcp4", "/relay4/", "connects to 127.0.0.1 2345"),
            ("tcp6", "/relay6/", "connects to ::1 2345"),
            ("tcp-mapped", "/relaymapped/", "connects to ::ffff:127.0.0.1 2345"),
            ("udp4", "/lookup/", "asks 127.0.0.1 2345 for a name"),
        ].map { name, path, does in
            Attack("nginx-" + name, .egress, "a worker " + does) { target in
                try target.egress {
                    let path = path + Canary.token()
                    return try Probe.http(in: target.container, port: port, "GET", path)
                }
            }
        }
    }

    /// The master rereads its configuration, which now has a second port.
    private var listen: Attack {
        let service = service
        return Attack("nginx-listen", .listen, "nginx listens on port 2346") { target in
            let container = target.container
            let path = "/etc/nginx/nginx.conf"
            let more = service.configuration(ports: [service.port, 2346])
            // Each is one configuration that it could not take.
            let refusals = {
                try container.contents(of: NginxService.errorLog)?.split(separator: "\n")
                    .count { $0.contains("[emerg]") } ?? 0
            }
            let before = try refusals()
            try container.plant(ContainerFile(path, more))
            try container.signal(SIGHUP)
            try waitUntil {
                try container.isListening(2346) || refusals() > before || container.hasEnded()
            }
            let reply = try Probe.http(in: container, port: 2346, "GET", "/")
            try container.plant(
                ContainerFile(path, service.configuration(ports: [service.port])))
            try container.signal(SIGHUP)
            try waitUntil { try !container.isListening(2346) }
            return .byText(reply, has: "loadline test", what: "port 2346 served a page")
        }
    }
}
