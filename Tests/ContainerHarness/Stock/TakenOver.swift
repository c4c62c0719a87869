/// What somebody does who makes a service's own process run code of his.
struct TakenOver: Sendable {
    /// The attacks' names begin with it.
    var service: String
    var port: UInt16
    /// Where the service runs what it is sent.
    var path: String
    /// In the service's language; each leaves as its reply what was read or printed.
    var shell: @Sendable (_ command: String) -> String
    var program: @Sendable (_ path: String) -> String
    var read: @Sendable (_ path: String) -> String
    var write: @Sendable (_ path: String, _ text: String) -> String
    /// By protocol: connects, sends the text.
    var send: [String: @Sendable (_ address: String, _ text: String) -> String] = [:]
    /// Serves the text once on port 2346.
    var listen: (@Sendable (_ text: String) -> String)?

    static let secret = "/etc/canary-secret"

    var all: [Attack] { programs + files + egress + (listen.map { [listening($0)] } ?? []) }

    private func request(_ code: String, in target: AttackTarget) throws -> String {
        try Probe.http(in: target.container, port: port, "POST", path, body: code)
    }

    private var programs: [Attack] {
        [
            Attack("\(service)-shell", .exec, "the service runs a shell") { target in
                let token = Canary.token()
                // Cut in two, so that an echo of the code is no success.
                let halves = (token.prefix(12), token.dropFirst(12))
                let reply = try request(shell("printf %s%s \(halves.0) \(halves.1)"), in: target)
                return .byText(reply, has: token, what: "the shell printed the token")
            },
            Attack("\(service)-copied-binary", .exec, "the service runs a copy in /tmp") { target in
                let token = Canary.token()
                try target.plantProgram("/tmp/copied", printing: token)
                defer { try? target.container.removeFile("/tmp/copied") }
                let reply = try request(program("/tmp/copied"), in: target)
                return .byText(reply, has: token, what: "the copied program printed the token")
            },
        ]
    }

    private var files: [Attack] {
        [
            Attack("\(service)-read-secret", .file, "the service reads \(Self.secret)") { target in
                let reply = try request(read(Self.secret), in: target)
                return .byText(reply, has: target.canary.secret, what: "the secret was shown")
            },
            Attack("\(service)-write-cron", .file, "the service writes /etc/cron.d/x") { target in
                let token = Canary.token()
                return try target.writing("/etc/cron.d/x", token) {
                    try request(write("/etc/cron.d/x", token), in: target)
                }
            },
        ]
    }

    private var egress: [Attack] {
        send.sorted { $0.key < $1.key }.flatMap { act, code in
            [("4", "127.0.0.1"), ("6", "::1")].map { label, address in
                Attack(
                    "\(service)-\(act)\(label)", .egress,
                    "the service sends by \(act) to \(address) 2345"
                ) { target in
                    try target.egress { try request(code(address, Canary.token()), in: target) }
                }
            }
        }
    }

    private func listening(_ code: @escaping @Sendable (String) -> String) -> Attack {
        Attack("\(service)-listen", .listen, "the service listens on port 2346") { target in
            let token = Canary.token()
            let asked = try Command(
                target.container.inNetwork(
                    [
                        "curl", "-s", "-m", "10", "-d", code(token),
                        "http://127.0.0.1:\(port)\(path)",
                    ]))
            defer { asked.stop() }
            try waitUntil(timeout: 5) {
                try target.container.isListening(2346) || !asked.isRunning
            }
            let reply = try Probe.exchange(in: target.container, port: 2346, "", timeout: 5)
            return .byText(reply, has: token, what: "port 2346 answered")
        }
    }
}

extension NodeService {
    public var ownAttacks: [Attack] {
        TakenOver(
            service: name, port: port, path: "/eval",
            shell: { "done(require('child_process').execSync('\($0)'))" },
            program: { "done(require('child_process').spawnSync('\($0)').stdout)" },
            read: { "done(require('fs').readFileSync('\($0)'))" },
            write: { "require('fs').writeFileSync('\($0)', '\($1)'); done('written')" },
            send: [
                "tcp": { address, text in
                    """
                    const s = require('net').connect(2345, '\(address)', () => s.end('\(text)'));
                    s.on('error', done); s.on('close', () => done('closed'));
                    """
                },
                "udp": { address, text in
                    """
                    const s = require('dgram').createSocket('\(address.contains(":") ? "udp6" : "udp4")');
                    s.send('\(text)', 2345, '\(address)', error => done(error || 'sent'));
                    """
                },
            ],
            listen: { text in
                """
                const s = require('net').createServer(peer => { peer.end('\(text)'); s.close(); });
                s.on('error', done); s.on('close', () => done('served'));
                s.listen({ port: 2346, exclusive: true });
                """
            }
        ).all
    }
}

extension GunicornService {
    public var ownAttacks: [Attack] {
        let family: @Sendable (String) -> String = { address in
            "socket.AF_INET\(address.contains(":") ? "6" : "")"
        }
        return TakenOver(
            service: name, port: port, path: "/eval",
            shell: { "reply = subprocess.run('\($0)', shell=True, capture_output=True).stdout" },
            program: { "reply = subprocess.run(['\($0)'], capture_output=True).stdout" },
            read: { "reply = open('\($0)').read()" },
            write: { "open('\($0)', 'w').write('\($1)')" },
            send: [
                "tcp": { address, text in
                    """
                    s = socket.socket(\(family(address)), socket.SOCK_STREAM); s.settimeout(5)
                    s.connect(('\(address)', 2345)); s.send(b'\(text)'); s.close()
                    """
                },
                "udp": { address, text in
                    """
                    s = socket.socket(\(family(address)), socket.SOCK_DGRAM)
                    s.sendto(b'\(text)', ('\(address)', 2345))
                    """
                },
            ],
            listen: { text in
                """
                s = socket.socket(); s.settimeout(8); s.bind(('0.0.0.0', 2346)); s.listen(1)
                peer = s.accept()[0]; peer.send(b'\(text)'); peer.close(); s.close()
                """
            }
        ).all
    }
}

extension ApacheService {
    /// Code by the module for Lua; connections by the proxy, as Lua has none.
    public var ownAttacks: [Attack] {
        let code = TakenOver(
            service: name, port: port, path: "/act",
            shell: { "return io.popen('\($0)'):read('a')" },
            program: { "return io.popen('\($0)'):read('a')" },
            read: { "return io.open('\($0)'):read('a')" },
            write: { "local f = io.open('\($0)', 'w'); f:write('\($1)'); f:close()" }
        ).all
        let port = port
        let relays = [("tcp4", "/relay4/"), ("tcp6", "/relay6/")].map { label, path in
            Attack("apache-" + label, .egress, "the proxy connects to port 2345") { target in
                try target.egress {
                    try Probe.http(in: target.container, port: port, "GET", path + Canary.token())
                }
            }
        }
        let served = Attack("apache-serve-secret", .file, "a page is made of the secret") {
            target in
            let reply = try Probe.http(
                in: target.container, port: port, "GET", "/secret/canary-secret")
            return .byText(reply, has: target.canary.secret, what: "the secret was served")
        }
        return code + relays + [served]
    }
}
