import Glibc

/// A Node.js server of the size of a small application: a primary process that replaces its
/// workers, routes, templates, uploads, a log file. It has the faults that such servers are taken
/// over by: a request can make a worker read, write, run and connect.
public struct NodeService: StockService {
    public let name = "nodejs"
    public let image = "debian-nodejs:18"
    public let port: UInt16 = 3000
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .node, .curl, .wrk, .ab]
    public let volume: String? = "/srv/data"
    static let log = "/var/log/node/access.log"

    public init(canary: Canary = Canary()) { self.canary = canary }

    public var command: [String] { ["/usr/bin/node", "/srv/app/server.js"] }

    public var files: [ContainerFile] {
        canary.files + [
            ContainerFile("/srv/app/server.js", NodeScripts.server),
            ContainerFile("/srv/app/node_modules/tiny-router/index.js", NodeScripts.router),
            ContainerFile(
                "/srv/app/node_modules/tiny-router/package.json",
                "{\"name\": \"tiny-router\", \"version\": \"1.0.0\", \"main\": \"index.js\"}\n"),
            ContainerFile(
                "/srv/app/config.json", "{\"port\": \(port), \"workers\": 2, \"title\": \"shop\"}\n"
            ),
            ContainerFile("/srv/app/views/page.html", "<h1>{{title}}</h1><p>{{body}}</p>\n"),
            ContainerFile("/srv/app/public/app.js", "console.log('loadline test');\n"),
            ContainerFile("/srv/app/public/style.css", "h1 { color: navy }\n"),
            ContainerFile("/var/log/node/", "", mode: 0o755),
            ContainerFile("/etc/cron.d/", "", mode: 0o755),
        ]
    }

    public var learningLoad: [LoadStep] {
        [
            load([
                "/", "/api/items", "/static/app.js", "/static/style.css", "/hash?text=a",
            ]),
            LoadStep("uploads") { container in
                for i in 0..<5 {
                    try container.curl(
                        "-d", "{\"item\": \(i)}", "http://127.0.0.1:\(port)/api/items",
                        expecting: 201)
                }
                try container.curl("-X", "DELETE", "http://127.0.0.1:\(port)/api/items")
            },
            probe,
            LoadStep("reload") { try $0.signal(SIGHUP) },
            load(["/", "/lookup?name=localhost"]),
            LoadStep("log rotation") {
                try $0.rotate([Self.log], by: SIGUSR2, whileAsking: "http://127.0.0.1:\(port)/")
            },
            LoadStep("crash of a worker") { try $0.crash("server.js") },
            LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    public var heldOutLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            LoadStep("ab, many connections") { container in
                try container.client(["ab", "-n", "500", "-c", "40", at + "/api/items"])
                try container.client(["ab", "-k", "-i", "-n", "500", "-c", "4", at + "/"])
            },
            LoadStep("other requests") { container in
                try container.curl("--compressed", at + "/report?rows=500")
                try container.curl("-r", "5-20", at + "/static/app.js", expecting: 206)
                try container.curl(
                    "-H", "If-None-Match: \"style.css\"", at + "/static/style.css", expecting: 304)
                try container.curl(at + "/nothing", expecting: 404)
                try container.curl(at + "/static/../server.js", expecting: 404)
                try container.curl("-X", "PUT", "-d", "not json", at + "/api/items", expecting: 400)
                try container.curl("-X", "OPTIONS", at + "/api/items", expecting: 405)
                try container.curl(at + "/fail", expecting: 500)
                try container.curl("-N", at + "/events")
                try container.curl(
                    "-d", "{\"text\": \"" + String(repeating: "long ", count: 8_000) + "\"}",
                    at + "/api/items", expecting: 201)
                try container.curl("-X", "DELETE", at + "/api/items")
            },
            probe,
            LoadStep("reload") { try $0.signal(SIGHUP) },
            LoadStep("ab, hashes") {
                try $0.client(["ab", "-n", "100", "-c", "8", at + "/hash?text=else&rounds=5000"])
            },
            LoadStep("log rotation") {
                try $0.rotate([Self.log], by: SIGUSR2, whileAsking: "http://127.0.0.1:\(port)/")
            },
            LoadStep("crash of a worker") { try $0.crash("server.js") },
            LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    private var probe: LoadStep {
        LoadStep("probe") { container in
            try container.waitUntilAnswering(self)
            try container.job(["/usr/bin/curl", "-fsS", "http://127.0.0.1:\(port)/health"])
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
