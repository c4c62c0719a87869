/// By the service's own process, on a request to `PerlService`.
public struct PerlAttacks: Sendable {
    let service: PerlService

    public init(_ service: PerlService) { self.service = service }

    public var all: [Attack] { programs + files + egress + [listen] }

    private func attack(
        _ name: String, _ dimension: Attack.Dimension, _ summary: String,
        _ act: @escaping @Sendable (AttackTarget, (String...) throws -> String) throws -> Effect
    ) -> Attack {
        let service = service
        return Attack("perl-" + name, dimension, summary) { target in
            try act(target) { (words: String...) in
                try service.request(words, in: target.container)
            }
        }
    }

    private var programs: [Attack] {
        [
            attack("shell", .exec, "the service spawns a shell") { _, request in
                let token = Canary.token()
                let reply = try request("exec", "", "/bin/sh", "-c", "echo \(token)")
                return .byText(reply, has: token, what: "the shell printed the token")
            },
            attack("copied-binary", .exec, "the service executes a copy in /tmp") {
                target, request in
                let token = Canary.token()
                try target.plantProgram("/tmp/copied", printing: token)
                defer { try? target.container.removeFile("/tmp/copied") }
                let reply = try request("exec", "", "/tmp/copied")
                return .byText(reply, has: token, what: "the copied program printed the token")
            },
            attack("memfd-exec", .exec, "the service executes a program in memory") { _, request in
                let token = Canary.token()
                let elf = try TinyProgram.elf(printing: token)
                let reply = try request("memfd", TinyProgram.hex(elf))
                return .byText(reply, has: token, what: "the program in memory printed the token")
            },
            attack("loader-exec", .exec, "the service runs cat by the loader") { _, request in
                let token = Canary.token()
                let reply = try request("exec", token, ForeignAttacks.loader, "/bin/cat")
                return .byText(reply, has: token, what: "cat passed the token on")
            },
            attack("cat-shadow", .exec, "the service has cat read /etc/shadow") { target, request in
                let reply = try request("exec", "", "/bin/cat", "/etc/shadow")
                return .byText(reply, has: target.canary.secret, what: "/etc/shadow was shown")
            },
        ]
    }

    private var files: [Attack] {
        [
            attack("read-shadow", .file, "the service opens /etc/shadow") { target, request in
                let reply = try request("read", "/etc/shadow")
                return .byText(reply, has: target.canary.secret, what: "/etc/shadow was shown")
            },
            attack("write-cron", .file, "the service writes /etc/cron.d/x") { target, request in
                let token = Canary.token()
                return try target.writing("/etc/cron.d/x", token) {
                    try request("write", "/etc/cron.d/x", token)
                }
            },
        ]
    }

    private var egress: [Attack] {
        ["tcp", "udp", "udpconnected"].flatMap { act in
            [("4", "127.0.0.1"), ("6", "::1"), ("-mapped", "::ffff:127.0.0.1")].map { label, to in
                attack(act + label, .egress, "the service sends by \(act) to \(to) 2345") {
                    target, request in
                    try target.egress {
                        try request(act, to, String(EgressListener.port), Canary.token())
                    }
                }
            }
        }
    }

    private var listen: Attack {
        let service = service
        return Attack("perl-listen", .listen, "the service listens on port 2346") { target in
            let token = Canary.token()
            let reply = try Probe.exchange(
                in: target.container, port: service.port, "listen\t2346\t\(token)\n",
                thenPort: 2346)
            return .byText(reply, has: token, what: "port 2346 answered")
        }
    }
}
