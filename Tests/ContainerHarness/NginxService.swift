/// nginx with two workers that serve static files, and with the mistakes in its configuration
/// that let a request make nginx itself misbehave.
public struct NginxService: ContainerService {
    public let name = "nginx"
    public let port: UInt16
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .nginx, .perl]
    public let command = ["/usr/sbin/nginx", "-g", "daemon off;"]

    /// Paths of the served files, with 1, 16 and 128 KiB.
    public static let pages = ["/", "/a.txt", "/b.bin", "/deep/c.html"]
    public static let accessLog = "/var/log/nginx/access.log"
    static let errorLog = "/var/log/nginx/error.log"
    /// Requests that a connection serves before nginx closes it.
    public static let requestsPerConnection = 1_000

    public init(port: UInt16 = 8080, canary: Canary = Canary()) {
        self.port = port
        self.canary = canary
    }

    public var files: [ContainerFile] {
        let page = { (size: Int) in
            Array(repeating: Array("0123456789abcdef".utf8), count: size / 16).flatMap { $0 }
        }
        return canary.files + [
            ContainerFile("/etc/nginx/nginx.conf", configuration(ports: [port])),
            ContainerFile("/srv/www/index.html", "<h1>loadline test</h1>\n"),
            ContainerFile("/srv/www/a.txt", page(1 << 10)),
            ContainerFile("/srv/www/b.bin", page(128 << 10)),
            ContainerFile("/srv/www/deep/c.html", page(16 << 10)),
            ContainerFile(Self.accessLog, "", mode: 0o640, owner: "www-data"),
            ContainerFile(Self.errorLog, "", mode: 0o640, owner: "www-data"),
            ContainerFile("/etc/cron.d/", "", mode: 0o755, owner: "www-data"),
        ]
    }

    /// The configuration file, with what to listen on.
    func configuration(ports: [UInt16]) -> String {
        let listen = ports.map { "listen \($0);" }.joined(separator: " ")
        return """
            user www-data;
            worker_processes 2;
            pid /run/nginx.pid;
            error_log \(Self.errorLog) warn;
            events { worker_connections 512; }
            http {
                default_type text/plain;
                sendfile on;
                # As the format combined, and the number of the request in its connection.
                log_format counted '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $body_bytes_sent "$http_referer" "$http_user_agent" '
                    '$connection_requests';
                access_log \(Self.accessLog) counted;
                keepalive_requests \(Self.requestsPerConnection);
                proxy_connect_timeout 1s;
                proxy_read_timeout 1s;
                proxy_next_upstream off;
                resolver 127.0.0.1:2345 ipv6=off;
                resolver_timeout 1s;
                server {
                    \(listen)
                    root /srv/www;
                    location /secret/ { alias /etc/; }
                    location /drop/ { alias /etc/cron.d/; dav_methods PUT; }
                    location /relay4/ { proxy_pass http://127.0.0.1:2345/; }
                    location /relay6/ { proxy_pass http://[::1]:2345/; }
                    location /relaymapped/ { proxy_pass http://[::ffff:127.0.0.1]:2345/; }
                    location ~ ^/lookup/(?<asked>[a-z0-9]+)$ { proxy_pass http://$asked.test/; }
                }
            }

            """
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        let reply = try Probe.http(in: container, port: port, "GET", "/")
        return reply.hasPrefix("HTTP/1.1 200") && reply.contains("loadline test")
    }
}
