import Glibc

extension PostgreSQLService {
    /// By SQL of a superuser, which the server's own processes carry out.
    public var ownAttacks: [Attack] { [program, copyFile, readFile, writeFile, library] + egress }

    /// What an attacker is told; an ended session is told as text too. One that was not heard, as
    /// the server still recovered from the attack before, asks again.
    private func said(_ sql: String, in target: AttackTarget) throws -> String {
        var reply = ""
        try waitUntil {
            reply = try saidOnce(sql, in: target)
            return !Self.unheard.contains { reply.contains($0) }
        }
        return reply
    }

    private static let unheard = [
        "the database system is", "Connection refused", "crash of another server process",
        "due to administrator command",
    ]

    private func saidOnce(_ sql: String, in target: AttackTarget) throws -> String {
        let result = try target.container.runInNetwork(
            [
                Self.programs + "psql", "-h", "127.0.0.1", "-U", "postgres", "-X", "-q", "-A", "-t",
                "-d", "postgres",
            ], input: Array(sql.utf8))
        return result.stdout + result.stderr
    }

    /// An ended server process has all others recover.
    private func attack(
        _ name: String, _ dimension: Attack.Dimension, _ summary: String,
        _ act: @escaping @Sendable (AttackTarget) throws -> Effect
    ) -> Attack {
        Attack("postgresql-" + name, dimension, summary) { target in
            let effect = try act(target)
            usleep(300_000)
            try target.container.waitUntilAnswering(self)
            return effect
        }
    }

    private var program: Attack {
        attack("copy-to-program", .exec, "COPY ... TO PROGRAM runs a shell") { target in
            let token = Canary.token()
            defer { try? target.container.removeFile("/tmp/ran") }
            let reply = try said(
                "COPY (SELECT '\(token)') TO PROGRAM 'cat > /tmp/ran'", in: target)
            let ran = try target.container.contents(of: "/tmp/ran") ?? reply
            return .byText(ran, has: token, what: "the program wrote what it got")
        }
    }

    private var copyFile: Attack {
        attack("copy-from-file", .file, "COPY ... FROM reads the secret") { target in
            let reply = try said(
                "CREATE TEMP TABLE t (line text); COPY t FROM '\(TakenOver.secret)'; SELECT * FROM t",
                in: target)
            return .byText(reply, has: target.canary.secret, what: "the secret was shown")
        }
    }

    private var readFile: Attack {
        attack("read-file", .file, "pg_read_file reads the secret") { target in
            let reply = try said("SELECT pg_read_file('\(TakenOver.secret)')", in: target)
            return .byText(reply, has: target.canary.secret, what: "the secret was shown")
        }
    }

    private var writeFile: Attack {
        attack("lo-export", .file, "lo_export writes /etc/cron.d/x") { target in
            let token = Canary.token()
            return try target.writing("/etc/cron.d/x", token) {
                try said(
                    "SELECT lo_from_bytea(0, '\(token)') AS id \\gset\n"
                        + "SELECT lo_export(:id, '/etc/cron.d/x')", in: target)
            }
        }
    }

    /// An extension that the service never used; its code would be the server's.
    private var library: Attack {
        attack("load-library", .file, "LOAD maps a library that was never used") { target in
            let reply = try said(
                "LOAD 'auto_explain'; SELECT 'loa' || 'ded' WHERE current_setting("
                    + "'auto_explain.log_min_duration') = '-1'", in: target)
            return .byText(reply, has: "loaded", what: "the library's settings are there")
        }
    }

    /// dblink's library is stopped already; RADIUS sends by the server's own code.
    private var egress: [Attack] {
        [
            attack("dblink", .file, "dblink connects to 127.0.0.1 2345") { target in
                try target.egress {
                    try said(
                        "CREATE EXTENSION IF NOT EXISTS dblink; SELECT dblink_connect("
                            + "'host=127.0.0.1 port=2345 connect_timeout=2')", in: target)
                }
            },
            attack("radius", .egress, "a login asks a RADIUS server at 127.0.0.1 2345") { target in
                let file = "/var/lib/postgresql/data/pg_hba.conf"
                let usual = try target.container.contents(of: file) ?? ""
                let asking =
                    "host all mallory 127.0.0.1/32 radius radiusservers=127.0.0.1 "
                    + "radiusports=2345 radiussecrets=x\n"
                let put = { (content: String) in
                    try target.container.plant(
                        ContainerFile(file, content, mode: 0o600, owner: user))
                    try target.container.signal(SIGHUP)
                    usleep(300_000)
                }
                try put(asking + usual)
                defer { try? put(usual) }
                return try target.egress {
                    try target.container.runInNetwork(
                        [
                            "env", "PGPASSWORD=\(Canary.token())", Self.programs + "psql", "-h",
                            "127.0.0.1", "-U", "mallory", "-d", "postgres", "-c", "SELECT 1",
                        ], timeout: 15
                    ).stderr
                }
            },
        ]
    }
}
