import Glibc

extension RedisService: StockService {
    public var image: String { "debian-redis:7.0.15" }
    public var volume: String? { Self.directory }

    /// redis-benchmark, and what an operator does besides. Its log goes to standard output.
    public var learningLoad: [LoadStep] {
        [
            LoadStep("redis-benchmark") {
                _ = try Load.redis($0, port: port, requests: 5_000, pipeline: 4)
            },
            probe, save, rewrite, reconfigure,
            LoadStep("redis-benchmark, some connections") {
                _ = try Load.redis($0, port: port, requests: 1_000, connections: 3)
            },
            givenUp,
            appending, LoadStep("pause") { _ in usleep(1_500_000) },
        ]
    }

    /// redis-cli: other commands, scripts, streams, subscriptions, large values.
    public var heldOutLoad: [LoadStep] {
        [
            LoadStep("all of redis-benchmark's tests") {
                try $0.client(
                    [
                        "redis-benchmark", "-p", String(port), "-q", "-n", "1000", "-c", "60", "-r",
                        "1000", "-d", "400", "-t",
                        "ping,incr,lpush,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,mset",
                    ], timeout: 120)
            },
            LoadStep("scripts and structures") { container in
                for line in Self.script.split(separator: "\n") {
                    try commands(String(line), in: container)
                }
            },
            LoadStep("large values") { container in
                let value = String(repeating: "v", count: 1 << 20)
                try commands("SET large \(value)\nGETRANGE large 5 10\nDEL large", in: container)
            },
            probe, save, rewrite,
            LoadStep("many keys, then none") { container in
                try commands(
                    "EVAL \"for i=1,20000 do redis.call('SET','k'..i,i) end\" 0\nKEYS k1*\n"
                        + "FLUSHALL ASYNC\nFLUSHDB", in: container)
            },
            reconfigure, appending, LoadStep("pause") { _ in usleep(2_500_000) },
        ]
    }

    private static let script = """
        XADD stream * a 1
        XGROUP CREATE stream group 0
        XREADGROUP GROUP group me COUNT 5 STREAMS stream >
        EVAL "return redis.call('INCR', KEYS[1])" 1 counter
        SCRIPT LOAD "return 1"
        GEOADD places 13.4 52.5 berlin
        GEOSEARCH places FROMLONLAT 13 52 BYRADIUS 500 km
        PFADD visitors a b c
        BITCOUNT counter
        SETEX short 1 x
        PUBLISH news hello
        CLIENT LIST
        MEMORY DOCTOR
        SLOWLOG GET
        LATENCY LATEST
        ACL LIST
        OBJECT ENCODING counter
        SORT_RO places
        DUMP counter
        WAIT 0 10
        INFO everything
        """

    /// One command a line.
    private func commands(_ lines: String, in container: RuncContainer) throws {
        try container.client(["redis-cli", "-p", String(port)], input: lines + "\n")
    }

    private var probe: LoadStep {
        LoadStep("probe") { try $0.job(["/usr/bin/redis-cli", "-p", String(port), "ping"]) }
    }

    private var save: LoadStep {
        LoadStep("snapshot") { try commands("BGSAVE SCHEDULE", in: $0) }
    }

    /// Its child is ended before it has written everything; the server removes what is left.
    private var givenUp: LoadStep {
        LoadStep("snapshot given up") { container in
            try commands("SET given-up 1\nCONFIG SET rdb-key-save-delay 20000000", in: container)
            // It is refused while another child writes.
            let isGivenUp = try waitUntil {
                try commands("BGSAVE", in: container)
                return (try? container.crash("redis-rdb-bgsave")) != nil
            }
            try commands("CONFIG SET rdb-key-save-delay 0", in: container)
            if !isGivenUp { throw HarnessError("no snapshot was begun: \(container.output)") }
        }
    }

    private var rewrite: LoadStep {
        LoadStep("rewrite") { container in
            usleep(300_000)
            try commands("BGREWRITEAOF", in: container)
        }
    }

    /// Its configuration is changed by commands, and written back.
    private var reconfigure: LoadStep {
        LoadStep("reconfiguration") {
            try commands("CONFIG SET maxmemory 100mb\nCONFIG REWRITE", in: $0)
        }
    }

    private var appending: LoadStep {
        LoadStep("append-only file") { container in
            try commands("CONFIG SET appendonly yes", in: container)
            usleep(700_000)
            _ = try Load.redis(container, port: port, requests: 1_000)
            try commands("CONFIG SET appendonly no", in: container)
        }
    }

    public var ownAttacks: [Attack] { RedisAttacks(self).all }
}
