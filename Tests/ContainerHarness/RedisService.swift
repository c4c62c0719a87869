/// redis-server with snapshots to disk; its protected settings may be changed at run time, as
/// attackers found it on many machines.
public struct RedisService: ContainerService {
    public let name = "redis"
    public let port: UInt16
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .redisServer, .redisCLI]

    public static let directory = "/var/lib/redis-test"
    /// Empty at first; `CONFIG REWRITE` writes it.
    static let configuration = "/etc/redis-test/redis.conf"

    public init(port: UInt16 = 6379, canary: Canary = Canary()) {
        self.port = port
        self.canary = canary
    }

    public var command: [String] {
        [
            "/usr/bin/redis-server", Self.configuration, "--port", String(port), "--bind",
            "127.0.0.1", "::1",
            "--dir", Self.directory, "--save", "2 100", "--enable-protected-configs", "yes",
            "--protected-mode", "no", "--stop-writes-on-bgsave-error", "no", "--daemonize", "no",
        ]
    }

    public var files: [ContainerFile] {
        canary.files + [
            ContainerFile(Self.directory + "/", "", mode: 0o755),
            ContainerFile(Self.configuration, "# of a test\n"),
            ContainerFile("/etc/cron.d/", "", mode: 0o755),
        ]
    }

    /// Changes keys until so many snapshots have been written since the start.
    public func loadUntilSnapshots(_ count: Int, in container: RuncContainer) throws {
        let written = {
            let lines = try command(["INFO", "persistence"], in: container)
                .split(whereSeparator: \.isNewline)
            let line = lines.first { $0.hasPrefix("rdb_saves:") } ?? ""
            return Int(line.drop { $0 != ":" }.dropFirst()) ?? 0
        }
        let hasWritten = try waitUntil(timeout: 60) {
            if try written() >= count { return true }
            _ = try Load.redis(container, requests: 1_000)
            return false
        }
        if !hasWritten { throw HarnessError("redis writes no snapshots: \(container.output)") }
    }

    /// Runs one command with redis-cli, from outside of the container.
    public func command(_ arguments: [String], in container: RuncContainer) throws -> String {
        let client = ["redis-cli", "-p", String(port)] + arguments
        return try container.runInNetwork(client, timeout: 20).stdout
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        let token = Canary.token()
        _ = try command(["SET", "loadline-probe", token], in: container)
        return try command(["GET", "loadline-probe"], in: container).contains(token)
    }
}
