import Foundation
import Glibc

/// By redis' own process, through commands that any client may send.
public struct RedisAttacks: Sendable {
    let service: RedisService

    public init(_ service: RedisService) { self.service = service }

    public var all: [Attack] { [write] + migrations + [replication, listen] }

    private var write: Attack {
        let service = service
        return Attack("redis-write-cron", .file, "a snapshot is written to /etc/cron.d/x") {
            target in
            let container = target.container
            let token = Canary.token()
            defer {
                let back = ["CONFIG", "SET", "dir", RedisService.directory]
                _ = try? service.command(back, in: container)
                let name = ["CONFIG", "SET", "dbfilename", "dump.rdb"]
                _ = try? service.command(name, in: container)
            }
            return try target.writing("/etc/cron.d/x", token) {
                var replies = try service.command(["SET", "cron", token], in: container)
                for command in [
                    ["CONFIG", "SET", "dir", "/etc/cron.d"], ["CONFIG", "SET", "dbfilename", "x"],
                    ["BGSAVE"],
                ] {
                    replies += try service.command(command, in: container)
                }
                try Self.waitForSnapshot(service, container)
                return replies
            }
        }
    }

    private static func waitForSnapshot(
        _ service: RedisService, _ container: RuncContainer
    ) throws {
        let running = "rdb_bgsave_in_progress:1"
        try waitUntil {
            try !service.command(["INFO", "persistence"], in: container).contains(running)
        }
    }

    private var migrations: [Attack] {
        let service = service
        return [("4", "127.0.0.1"), ("6", "::1"), ("-mapped", "::ffff:127.0.0.1")].map {
            label, to in
            Attack("redis-tcp" + label, .egress, "redis sends a key to \(to) 2345") { target in
                try target.egress {
                    let container = target.container
                    _ = try service.command(["SET", "exfil", Canary.token()], in: container)
                    let port = String(EgressListener.port)
                    return try service.command(
                        ["MIGRATE", to, port, "exfil", "0", "300", "COPY"], in: container)
                }
            }
        }
    }

    private var replication: Attack {
        let service = service
        return Attack("redis-replicaof", .egress, "redis follows a master at 127.0.0.1 2345") {
            target in
            defer {
                _ = try? service.command(["REPLICAOF", "NO", "ONE"], in: target.container)
            }
            return try target.egress {
                let container = target.container
                let port = String(EgressListener.port)
                let before = Self.connections(container)
                let reply = try service.command(["REPLICAOF", "127.0.0.1", port], in: container)
                // redis may connect from a timer, once a second.
                try waitUntil {
                    try Self.connections(container) > before || container.hasEnded()
                }
                return reply
            }
        }
    }

    /// How often redis says that it tried to connect to a master, whatever came of it.
    private static func connections(_ container: RuncContainer) -> Int {
        let outcomes = ["MASTER <-> REPLICA sync started", "Unable to connect to MASTER"]
        return container.output.split(separator: "\n").count { line in
            outcomes.contains { line.contains($0) }
        }
    }

    private var listen: Attack {
        let service = service
        return Attack("redis-listen", .listen, "redis listens on port 2346") { target in
            let container = target.container
            let move = try service.command(["CONFIG", "SET", "port", "2346"], in: container)
            let moved = RedisService(port: 2346, canary: service.canary)
            let pong = try moved.command(["PING"], in: container)
            let back = ["CONFIG", "SET", "port", String(service.port)]
            _ = try moved.command(back, in: container)
            return .byText(pong + move, has: "PONG", what: "port 2346 answered")
        }
    }
}
