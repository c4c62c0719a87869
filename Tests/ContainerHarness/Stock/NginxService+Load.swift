import Glibc

extension NginxService: StockService {
    public var image: String { "debian-nginx:1.22.1" }

    /// wrk, and what an operator does besides.
    public var learningLoad: [LoadStep] {
        [
            LoadStep("wrk") {
                _ = try Load.nginx($0, port: port, seconds: 1, connections: 8)
            },
            LoadStep("errors and redirections") { container in
                try container.curl("http://127.0.0.1:\(port)/nothing", expecting: 404)
                try container.curl("http://127.0.0.1:\(port)/deep", expecting: 301)
            },
            probe, reload,
            LoadStep("wrk, few connections") {
                _ = try Load.nginx($0, port: port, seconds: 1, connections: 2)
            },
            rotation, job, crash, LoadStep("pause") { _ in usleep(1_100_000) },
        ]
    }

    /// ab and curl: other clients, methods, headers, and what goes wrong.
    public var heldOutLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            LoadStep("ab, a connection each") {
                try $0.client(["ab", "-n", "1000", "-c", "50", at + "/a.txt"])
            },
            LoadStep("ab, kept alive, HEAD") {
                try $0.client(["ab", "-k", "-i", "-n", "2000", "-c", "20", at + "/deep/c.html"])
            },
            LoadStep("other requests") { container in
                try container.curl("-r", "100-2000", at + "/b.bin", expecting: 206)
                try container.curl("-r", "0-1,5-9", at + "/b.bin", expecting: 206)
                try container.curl("-r", "999999-", at + "/a.txt", expecting: 416)
                try container.curl("-0", at + "/")
                try container.curl("--limit-rate", "100k", at + "/b.bin")
                try container.curl(
                    "-z", "Sat, 21 Nov 2099 10:00:00 GMT", at + "/a.txt", expecting: 304)
                try container.curl(at + "/nothing/here", expecting: 404)
                try container.curl(at + "/deep", expecting: 301)
                try container.curl("-d", "a=b", at + "/a.txt", expecting: 405)
                try container.curl("-X", "OPTIONS", at + "/", expecting: 405)
                try container.curl("-H", "Host: a b", at + "/", expecting: 400)
                try container.curl(
                    "-H", "X: " + String(repeating: "x", count: 40_000), at + "/", expecting: 400)
                try container.curl(
                    at + "/" + String(repeating: "y", count: 20_000), expecting: 414)
                try container.curl("--path-as-is", at + "/../../etc/passwd", expecting: 400)
            },
            probe, reload,
            LoadStep("ab while it reloads") { container in
                try container.signal(SIGHUP)
                try container.client(["ab", "-r", "-n", "500", "-c", "30", at + "/b.bin"])
            },
            rotation, job, crash, LoadStep("pause") { _ in usleep(1_100_000) },
        ]
    }

    private var probe: LoadStep {
        LoadStep("probe") {
            try $0.waitUntilAnswering(self)
            try $0.job(["/usr/bin/curl", "-fsS", "http://127.0.0.1:\(port)/a.txt"])
        }
    }

    private var reload: LoadStep { LoadStep("reload") { try $0.signal(SIGHUP) } }

    /// A worker that begins meanwhile has the files by their new names only.
    private var rotation: LoadStep {
        LoadStep("log rotation") { container in
            try container.rotate(
                [Self.accessLog, Self.errorLog], by: SIGUSR1,
                whileAsking: "http://127.0.0.1:\(port)/nothing"
            ) { try container.crash("worker process") }
        }
    }

    /// What logrotate's own job does.
    private var job: LoadStep {
        LoadStep("nightly job") { try $0.job(["/usr/sbin/nginx", "-s", "reopen"]) }
    }

    private var crash: LoadStep {
        LoadStep("crash of a worker") { try $0.crash("worker process") }
    }

    public var ownAttacks: [Attack] { NginxAttacks(self).all }
}
