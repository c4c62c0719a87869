import Glibc

/// gunicorn with two workers and an application of Python's own modules: templates, a database
/// file, uploads. A request can make a worker do what it is told, as in servers that are taken
/// over.
public struct GunicornService: StockService {
    public let name = "gunicorn"
    public let image = "debian-gunicorn:20.1"
    public let port: UInt16 = 8000
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .gunicorn, .curl, .wrk, .ab]
    public let volume: String? = "/srv/data"
    static let log = "/var/log/gunicorn/access.log"

    public init(canary: Canary = Canary()) { self.canary = canary }

    public var command: [String] {
        [
            "/usr/bin/gunicorn", "--config", "/srv/app/gunicorn.conf.py", "--chdir", "/srv/app",
            "shop:application",
        ]
    }

    public func fill(volume directory: String) throws {
        try ContainerFile("/uploads/", "", mode: 0o755, owner: "www-data").write(below: directory)
        try ContainerFile("/", "", mode: 0o755, owner: "www-data").write(below: directory)
    }

    public var files: [ContainerFile] {
        canary.files + [
            ContainerFile("/srv/app/gunicorn.conf.py", Self.configuration),
            ContainerFile("/srv/app/shop.py", GunicornScripts.application),
            ContainerFile("/srv/app/templates/page.html", "<h1>$title</h1><p>$body</p>\n"),
            ContainerFile("/srv/app/templates/list.html", "<li>$item</li>\n"),
            ContainerFile("/srv/app/", "", mode: 0o755, owner: "www-data"),
            ContainerFile("/var/log/gunicorn/", "", mode: 0o755, owner: "www-data"),
            ContainerFile("/etc/cron.d/", "", mode: 0o755, owner: "www-data"),
        ]
    }

    private static let configuration = """
        bind = '0.0.0.0:8000'
        workers = 2
        timeout = 30
        graceful_timeout = 2
        user = 'www-data'
        group = 'www-data'
        worker_tmp_dir = '/dev/shm'
        accesslog = '\(log)'

        """

    public var learningLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            load(["/", "/items", "/hash?text=a"]),
            LoadStep("uploads") { container in
                for i in 0..<4 {
                    try container.curl("-d", "name=item \(i)", at + "/items", expecting: 201)
                    try container.curl(
                        "-T", "/usr/share/common-licenses/GPL-3", at + "/uploads", expecting: 201)
                }
                try container.curl("-X", "DELETE", at + "/uploads")
            },
            probe, LoadStep("reload") { try $0.signal(SIGHUP) },
            load(["/"]), rotation, crash, LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    public var heldOutLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            LoadStep("ab, many connections") { container in
                try container.client(["ab", "-n", "300", "-c", "30", at + "/items"])
                try container.client(["ab", "-i", "-n", "200", "-c", "4", at + "/"])
            },
            LoadStep("other requests") { container in
                try container.curl(at + "/report?rows=300")
                try container.curl(at + "/search?name=item")
                try container.curl(at + "/stream")
                try container.curl(at + "/nothing", expecting: 404)
                try container.curl("-X", "PATCH", at + "/items", expecting: 405)
                try container.curl(at + "/fail", expecting: 500)
                try container.curl(
                    "-H", "Expect: 100-continue", "-d", "name=\u{e9}", at + "/items",
                    expecting: 201)
                try container.curl(
                    "-H", "X: " + String(repeating: "x", count: 9_000), at + "/", expecting: 400)
                try container.curl(
                    "-H", "Transfer-Encoding: chunked", "-T", "/usr/share/common-licenses/GPL-2",
                    at + "/uploads", expecting: 201)
                try container.curl("-X", "DELETE", at + "/uploads")
            },
            probe, LoadStep("reload") { try $0.signal(SIGHUP) },
            LoadStep("a worker more, a worker less") { container in
                try container.waitUntilAnswering(self)
                try container.signal(SIGTTIN)
                try container.client(["ab", "-n", "300", "-c", "8", at + "/hash?text=b"])
                try container.signal(SIGTTOU)
            },
            rotation, crash, LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    private var probe: LoadStep {
        LoadStep("probe") { container in
            try container.waitUntilAnswering(self)
            try container.job(["/usr/bin/curl", "-fsS", "http://127.0.0.1:\(port)/health"])
        }
    }

    private var rotation: LoadStep {
        LoadStep("log rotation") {
            try $0.rotate([Self.log], by: SIGUSR1, whileAsking: "http://127.0.0.1:\(port)/")
        }
    }

    private var crash: LoadStep {
        LoadStep("crash of a worker") { container in
            usleep(500_000)
            try container.crash("gunicorn")
            try container.waitUntilAnswering(self)
        }
    }

    private func load(_ paths: [String]) -> LoadStep {
        LoadStep("wrk") { container in
            try container.waitUntilAnswering(self)
            _ = try Load.nginx(container, port: port, paths: paths, seconds: 1, connections: 4)
        }
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        try Probe.http(in: container, port: port, "GET", "/health").contains("fine\n")
    }
}
