import Baseline

/// A small service with something under every heading.
enum ExampleProfile {
    static let yaml = """
        apiVersion: loadline.dev/v1alpha1
        kind: IntegrityProfile
        metadata:
          name: web
        spec:
          selector: {image: "nginx:1.22*", containerName: web}
          mode: monitor
          actions: {exec: kill, file: kill, egress: deny, listen: deny, capability: deny, act: kill}
          executables:
            - executable: "<runtime>"
              exec:
                - {path: /usr/sbin/nginx}
                - {path: /usr/bin/curl}
            - executable: /usr/bin/curl
              egress:
                - {protocol: tcp, address: 127.0.0.1, port: 8080}
            - executable: /usr/bin/gunzip
            - executable: /usr/bin/gzip
            - executable: /usr/sbin/nginx
              exec:
                - {path: "/usr/bin/g*"}
                - {path: /usr/sbin/nginx}
              files:
                - {path: /etc/group, access: [read], phase: startup}
                - {path: /etc/nginx/nginx.conf, access: [read],
                   seen: {count: 2, first: 2026-11-21T20:00:00Z, last: 2026-11-21T20:01:00Z}}
                - {path: /run/nginx.pid, access: [read, write, create, delete]}
                - {path: /srv/a, access: [read]}
                - {path: /srv/b, access: [read]}
                - {path: /usr/lib/libc.so.6, access: [read, map]}
                - {path: /usr/lib/libz.so.1, access: [read, map]}
                - {path: "/var/log/nginx/*.log", access: [write], reason: temporary names,
                   seen: {count: 5, first: 2026-11-21T20:00:00Z, last: 2026-11-21T20:01:00Z,
                   example: /var/log/nginx/a.log}}
              listen:
                - {protocol: tcp, address: any, port: 8080}
              capabilities:
                - {name: CAP_SETUID, phase: startup}
        status:
          learned:
            from: 2026-11-21T20:00:00.5Z
            to: 2026-11-21T20:10:00Z
            records: 17
            losses: {file: 3}
            sources:
              s00000001: {replica: web-1, recording: 2026-11-21T20:00:00Z, records: 9}
              s00000002: {replica: web-2, recording: 2026-11-21T20:00:00Z, records: 8}
          completeness:
            draw: 1000 ms
            threshold: 0.001
            hours: [20]
            days: 1
            dimensions:
              exec: {behaviours: 2, startup: 1, draws: 4000, once: 0, twice: 0, unseen: 0, bound: 0.00075, chao: 2, curve: [1000, 1, 2000, 2, 3000, 2, 4000, 2]}
              file: {behaviours: 8, startup: 0, draws: 4000, once: 2, twice: 1, unseen: 0.0005, bound: 0.0016, chao: 10, curve: [1000, 2, 2000, 4, 3000, 7, 4000, 8], reason: "partial: 3 records were lost"}
              egress: {behaviours: 1, startup: 0, draws: 4000, once: 0, twice: 0, unseen: 0, bound: 0.00075, chao: 1, curve: [1000, 1, 2000, 1, 3000, 1, 4000, 1]}
              listen: {behaviours: 1, startup: 0, draws: 4000, once: 0, twice: 0, unseen: 0, bound: 0.00075, chao: 1, curve: [1000, 1, 2000, 1, 3000, 1, 4000, 1]}
              capability: {behaviours: 0, startup: 1, draws: 4000, once: 0, twice: 0, unseen: 0, bound: 0.00075, chao: 0, curve: [1000, 0, 2000, 0, 3000, 0, 4000, 0]}
              act: {behaviours: 0, startup: 0, draws: 4000, once: 0, twice: 0, unseen: 0, bound: 0.00075, chao: 0, curve: [1000, 0, 2000, 0, 3000, 0, 4000, 0]}
            jobs:
              - {executable: /usr/bin/gzip, period: 60, jitter: 0.01, times: 2}
            missing: [reload, shutdown]
        """

    static func make() throws -> Profile { try Profile(yaml: yaml, file: "web.yaml") }
}
