import Glibc

/// Apache httpd with processes that serve a connection each: static files, a directory's index, a
/// CGI script. Its handler in Lua does what a request says, as a module that was taken over.
public struct ApacheService: StockService {
    public let name = "apache"
    public let image = "debian-apache2:2.4"
    public let port: UInt16 = 8081
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .apache2, .perl, .curl, .wrk, .ab]
    public let stopSignal = SIGTERM
    static let folder = "/srv/httpd"
    static let log = "/var/log/httpd/access.log"

    public init(canary: Canary = Canary()) { self.canary = canary }

    public var command: [String] {
        ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", Self.folder + "/httpd.conf"]
    }

    public var files: [ContainerFile] {
        let page = Array(repeating: Array("0123456789abcdef".utf8), count: 1_024).flatMap { $0 }
        return canary.files + [
            ContainerFile(Self.folder + "/httpd.conf", configuration(ports: [port])),
            ContainerFile(Self.folder + "/mime.types", "text/html html\ntext/css css\n"),
            ContainerFile(Self.folder + "/run/", "", mode: 0o755),
            ContainerFile(Self.folder + "/www/index.html", "<h1>loadline test</h1>\n"),
            ContainerFile(Self.folder + "/www/a.css", "h1 { color: navy }\n"),
            ContainerFile(Self.folder + "/www/large.bin", page),
            ContainerFile(Self.folder + "/www/list/one.html", "one\n"),
            ContainerFile(Self.folder + "/cgi/hello", ApacheScripts.cgi, mode: 0o755),
            ContainerFile(Self.folder + "/act.lua", ApacheScripts.handler),
            ContainerFile("/var/log/httpd/", "", mode: 0o755),
            ContainerFile("/etc/cron.d/", "", mode: 0o755, owner: "www-data"),
        ]
    }

    func configuration(ports: [UInt16]) -> String {
        let modules = [
            "mpm_prefork", "authz_core", "authz_host", "authn_core", "mime", "dir", "alias",
            "autoindex", "status", "cgi", "lua", "proxy", "proxy_http", "rewrite", "deflate",
            "filter", "headers", "expires", "negotiation", "setenvif",
        ]
        let loading = modules.map {
            "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so"
        }
        let listening = ports.map { "Listen \($0)" }
        return (loading + listening).joined(separator: "\n") + "\n" + settings
    }

    private var settings: String {
        """
        ServerRoot \(Self.folder)
        ServerName test
        DefaultRuntimeDir \(Self.folder)/run
        PidFile \(Self.folder)/run/httpd.pid
        User www-data
        Group www-data
        StartServers 3
        MinSpareServers 2
        MaxSpareServers 4
        MaxRequestWorkers 24
        MaxConnectionsPerChild 2000
        ErrorLog /var/log/httpd/error.log
        LogFormat "%h %t \\"%r\\" %>s %b" short
        CustomLog \(Self.log) short
        TypesConfig \(Self.folder)/mime.types
        DocumentRoot \(Self.folder)/www
        DirectoryIndex index.html
        ExtendedStatus On
        ScriptAlias /cgi/ \(Self.folder)/cgi/
        ProxyTimeout 2
        ProxyPass /relay4/ http://127.0.0.1:2345/ retry=0
        ProxyPass /relay6/ http://[::1]:2345/ retry=0
        Alias /secret/ /etc/
        AddOutputFilterByType DEFLATE text/html
        RewriteEngine on
        RewriteRule ^/old/(.*)$ /$1 [R=301]
        <Directory />
            Require all granted
            Options +Indexes +ExecCGI +FollowSymLinks
            AllowOverride None
        </Directory>
        <Location /server-status>
            SetHandler server-status
        </Location>
        <Location /act>
            SetHandler lua-script
        </Location>
        AliasMatch ^/act$ \(Self.folder)/act.lua

        """
    }

    public var learningLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            LoadStep("ab") { container in
                for path in ["/", "/a.css", "/large.bin", "/list/", "/list/one.html"] {
                    try container.client(["ab", "-q", "-n", "60", "-c", "8", at + path])
                }
                try container.client(["ab", "-q", "-n", "8", "-c", "4", at + "/cgi/hello?a=b"])
            },
            // It needs more processes for a while; those that are too many then are woken, to end, by
            // connections to its own port.
            LoadStep("a peak") { container in
                try container.client([
                    "ab", "-q", "-r", "-t", "3", "-n", "999999", "-c", "16", at + "/",
                ])
                usleep(2_500_000)
            },
            LoadStep("status") { try $0.curl(at + "/server-status") },
            // As it is meant; what is taken over is a part that is in use.
            LoadStep("handler") { try $0.curl("-d", "return 'fine'", at + "/act") },
            probe, reload, graceful, rotation, crash, LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    public var heldOutLoad: [LoadStep] {
        let at = "http://127.0.0.1:\(port)"
        return [
            LoadStep("wrk") {
                _ = try Load.nginx(
                    $0, port: port, paths: ["/", "/a.css", "/list/one.html", "/large.bin"],
                    seconds: 1, connections: 20)
            },
            LoadStep("other requests") { container in
                try container.curl("-r", "100-2000", at + "/large.bin", expecting: 206)
                try container.curl("-r", "0-1,5-9", at + "/large.bin", expecting: 206)
                try container.curl("-I", at + "/index.html")
                try container.curl("--compressed", at + "/index.html")
                try container.curl("-X", "OPTIONS", at + "/")
                try container.curl("-X", "TRACE", at + "/")
                try container.curl("-X", "DELETE", at + "/a.css", expecting: 405)
                try container.curl("-d", "a=b&c=d", at + "/cgi/hello")
                try container.curl(at + "/cgi/nothing", expecting: 404)
                try container.curl(at + "/nothing/here", expecting: 404)
                try container.curl(at + "/list", expecting: 301)
                try container.curl(at + "/old/a.css", expecting: 301)
                try container.curl(at + "/list/?C=S;O=D")
                try container.curl(at + "/server-status?auto")
                try container.curl(
                    "-z", "Sat, 21 Nov 2099 10:00:00 GMT", at + "/a.css", expecting: 304)
                try container.curl("-H", "Host: a b", at + "/", expecting: 400)
                try container.curl(
                    at + "/" + String(repeating: "y", count: 9_000), expecting: 414)
                try container.curl("--path-as-is", at + "/../../etc/passwd", expecting: 400)
            },
            probe, graceful,
            LoadStep("ab, kept alive") {
                try $0.client(["ab", "-r", "-k", "-n", "1000", "-c", "24", at + "/index.html"])
            },
            reload, rotation, crash, LoadStep("pause") { _ in usleep(700_000) },
        ]
    }

    private var probe: LoadStep {
        LoadStep("probe") { container in
            try container.waitUntilAnswering(self)
            try container.job(["/usr/bin/curl", "-fsS", "http://127.0.0.1:\(port)/a.css"])
        }
    }

    private var reload: LoadStep {
        LoadStep("reload") { container in
            try container.signal(SIGHUP)
            usleep(300_000)
            try container.waitUntilAnswering(self)
        }
    }

    /// As `apachectl graceful`.
    private var graceful: LoadStep { LoadStep("graceful") { try $0.signal(SIGUSR1) } }

    private var rotation: LoadStep {
        LoadStep("log rotation") { container in
            try container.rotate(
                [Self.log, "/var/log/httpd/error.log"], by: SIGUSR1,
                whileAsking: "http://127.0.0.1:\(port)/nothing")
            usleep(300_000)
            try container.waitUntilAnswering(self)
        }
    }

    private var crash: LoadStep {
        LoadStep("crash of a process") { container in
            try container.crash("apache2")
            try container.waitUntilAnswering(self)
        }
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        let reply = try Probe.http(in: container, port: port, "GET", "/")
        return reply.hasPrefix("HTTP/1.1 200") && reply.contains("loadline test")
    }
}

enum ApacheScripts {
    static let cgi = #"""
        #!/usr/bin/perl
        read(STDIN, my $body, $ENV{CONTENT_LENGTH} || 0);
        print "Content-Type: text/plain\n\nhello $ENV{QUERY_STRING} $body\n";

        """#

    /// Runs the Lua code that a request has as its body; what it returns is the reply.
    static let handler = #"""
        function handle(r)
            r.content_type = "text/plain"
            local code, reason = load(r:requestbody() or "")
            local done, value = pcall(code or function() return reason end)
            r:puts(tostring(value))
            return apache2.OK
        end

        """#
}
