import ContainerHarness

/// What must be said of an attack: its dimension and its object.
struct ExpectedAlert: CustomStringConvertible {
    var dimension: String
    /// The object's text or, before a `*`, its beginning.
    var object: String

    var description: String { "\(dimension) \(object)" }

    func fits(_ alert: PrintedAlert, _ verdicts: [String]) -> Bool {
        let fitsObject =
            object.hasSuffix("*")
            ? alert.object.hasPrefix(object.dropLast()) : alert.object == object
        return alert.type == "deviation" && alert.dimension == dimension && fitsObject
            && verdicts.contains(alert.verdict)
    }

    static func of(_ attack: Attack, on service: String) -> ExpectedAlert? {
        let own = service == "perl" ? onPerl[attack.name] : nil
        return (own ?? table[attack.name]).map { ExpectedAlert(dimension: $0.0, object: $0.1) }
    }

    /// What is said where programs and files are only flagged: foreign programs get as far as
    /// the act itself.
    static func ofAct(_ attack: Attack) -> ExpectedAlert? {
        (acts[attack.name] ?? table[attack.name]).map {
            ExpectedAlert(dimension: $0.0, object: $0.1)
        }
    }

    private static let loader = "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    private static let port = "2345"

    private static let table: [String: (String, String)] = [
        "perl-shell": ("exec", "/usr/bin/dash"),
        "perl-copied-binary": ("exec", "/tmp/copied"),
        "perl-memfd-exec": ("exec", "memfd:x*"),
        "perl-loader-exec": ("exec", loader),
        "perl-cat-shadow": ("exec", "/usr/bin/cat"),
        "perl-read-shadow": ("file", "/etc/shadow"),
        "perl-write-cron": ("file", "/etc/cron.d/x"),
        "perl-tcp4": ("egress", "tcp 127.0.0.1:\(port)"),
        "perl-tcp6": ("egress", "tcp [::1]:\(port)"),
        "perl-tcp-mapped": ("egress", "tcp 127.0.0.1:\(port)"),
        "perl-udp4": ("egress", "udp 127.0.0.1:\(port)"),
        "perl-udp6": ("egress", "udp [::1]:\(port)"),
        "perl-udp-mapped": ("egress", "udp 127.0.0.1:\(port)"),
        "perl-udpconnected4": ("egress", "udp 127.0.0.1:\(port)"),
        "perl-udpconnected6": ("egress", "udp [::1]:\(port)"),
        "perl-udpconnected-mapped": ("egress", "udp 127.0.0.1:\(port)"),
        "perl-listen": ("listen", "tcp 0.0.0.0:2346"),

        "nginx-read-secret": ("file", "/etc/canary-secret"),
        // A request's body goes to a file of its own before it goes to its place.
        "nginx-write-cron": ("file", "/var/lib/nginx/body/*"),
        "nginx-tcp4": ("egress", "tcp 127.0.0.1:\(port)"),
        "nginx-tcp6": ("egress", "tcp [::1]:\(port)"),
        "nginx-tcp-mapped": ("egress", "tcp 127.0.0.1:\(port)"),
        "nginx-udp4": ("egress", "udp 127.0.0.1:\(port)"),
        "nginx-listen": ("listen", "tcp 0.0.0.0:2346"),

        "redis-write-cron": ("file", "/etc/cron.d/*"),
        "redis-tcp4": ("egress", "tcp 127.0.0.1:\(port)"),
        "redis-tcp6": ("egress", "tcp [::1]:\(port)"),
        "redis-tcp-mapped": ("egress", "tcp 127.0.0.1:\(port)"),
        "redis-replicaof": ("egress", "tcp 127.0.0.1:\(port)"),
        "redis-listen": ("listen", "tcp *"),

        // Held as soon as a program starts that the profile does not have.
        "foreign-shell": ("exec", "/usr/bin/dash"),
        "foreign-copied-binary": ("exec", "/tmp/copied"),
        "foreign-memfd-exec": ("exec", "/usr/bin/perl"),
        "foreign-loader-exec": ("exec", loader),
        "foreign-tcp4": ("exec", "/usr/bin/bash"),
        "foreign-tcp6": ("exec", "/usr/bin/bash"),
        "foreign-tcp-mapped": ("exec", "/usr/bin/bash"),
        "foreign-udp4": ("exec", "/usr/bin/bash"),
        "foreign-udp6": ("exec", "/usr/bin/bash"),
        "foreign-udp-mapped": ("exec", "/usr/bin/bash"),
        "foreign-cat-shadow": ("exec", "/usr/bin/cat"),
        "foreign-write-cron": ("exec", "/usr/bin/tee"),
        "foreign-listen": ("exec", "/usr/bin/perl"),
    ]

    /// Where perl itself may start, its first file is what it may not.
    private static let onPerl: [String: (String, String)] = [
        "foreign-memfd-exec": ("file", "/dev/null"),
        "foreign-listen": ("file", "/dev/null"),
    ]

    private static let acts: [String: (String, String)] = [
        "foreign-memfd-exec": ("exec", "memfd:x*"),
        "foreign-tcp4": ("egress", "tcp 127.0.0.1:\(port)"),
        "foreign-tcp6": ("egress", "tcp [::1]:\(port)"),
        "foreign-tcp-mapped": ("egress", "tcp 127.0.0.1:\(port)"),
        "foreign-udp4": ("egress", "udp 127.0.0.1:\(port)"),
        "foreign-udp6": ("egress", "udp [::1]:\(port)"),
        "foreign-udp-mapped": ("egress", "udp 127.0.0.1:\(port)"),
        "foreign-cat-shadow": ("file", "/etc/shadow"),
        "foreign-write-cron": ("file", "/etc/cron.d/x"),
        "foreign-listen": ("listen", "tcp 0.0.0.0:2346"),
    ]
}
