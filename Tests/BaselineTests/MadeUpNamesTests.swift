import Baseline
import SysFlow
import Testing

/// What machines make up: names of pods, modules, ports, revisions.
@Suite struct MadeUpNamesTests {
    private func files(_ paths: [String], _ flags: OpenFlags = .readOnly) -> [String] {
        var trace = Trace()
        trace.process(1, "/bin/app")
        for path in paths { trace.fileFlow(1, path, flags) }
        return trace.profile().rules(of: "/bin/app")?.files.map(\.path) ?? []
    }

    static let read: [([String], [String])] = [
        // Names that Kubernetes, Python and daemons make up.
        (["/l/web-7d4b9c6f8d-x2x7k.log"], ["/l/web-<base32>-<base32>.log"]),
        (["/l/web-7d4b9c6f8d/x"], ["/l/web-<base32>/x"]),
        (["/l/web-7d4b9c6f8d-x2x7ka"], ["/l/web-7d4b9c6f8d-x2x7ka"]),
        (["/l/web-7d4b9c6fad"], ["/l/web-7d4b9c6fad"]),
        (["/l/7d4b9c6f8d"], ["/l/7d4b9c6f8d"]),
        (["/l/web-northwind"], ["/l/web-northwind"]),
        (["/c/mfrggzdf2mztwq2lkn3wg23t5poa"], ["/c/<base32>"]),
        (["/c/internationalisation2config"], ["/c/internationalisation2config"]),
        (
            ["/p/__pycache__/a.cpython-311.pyc.140234"],
            ["/p/__pycache__/a.cpython-311.pyc.<int>"]
        ),
        (["/p/a.cpython-311.pyc.140234"], ["/p/a.cpython-311.pyc.140234"]),
        (["/run/app.17.pid", "/run/app.pid"], ["/run/app.<int>.pid", "/run/app.pid"]),
        (["/run/app-17.pid", "/run/app.pid.17"], ["/run/app-<int>.pid", "/run/app.pid.<int>"]),
        (["/run/app17.pid"], ["/run/app17.pid"]),
        // What the kernel calls a file that was made without a name.
        (["/tmp/#17"], ["/tmp/#<int>"]),
        (["/#17"], ["/#<int>"]),
        (["/tmp/#17/x", "/tmp/a#17", "/tmp/#17a"], ["/tmp/#17/x", "/tmp/#17a", "/tmp/a#17"]),
        // And the packages' metadata: three of one kind.
        (
            [
                "/v/dist-packages/a-1.egg-info", "/v/dist-packages/b-1.egg-info",
                "/v/dist-packages/c-1.egg-info", "/v/dist-packages/a-1.egg-info/PKG-INFO",
                "/v/dist-packages/b-1.egg-info/PKG-INFO", "/v/dist-packages/b-1.egg-info/top.txt",
                "/v/dist-packages/d-1.dist-info/METADATA", "/v/dist-packages/b-1.egg-info/x/y",
            ],
            [
                "/v/dist-packages/*.egg-info", "/v/dist-packages/*.egg-info/*",
                "/v/dist-packages/b-1.egg-info/x/y", "/v/dist-packages/d-1.dist-info/METADATA",
            ]
        ),
        (
            ["/v/a-1.egg-info/P", "/v/b-1.egg-info/P", "/v/c-1.egg-info/P"],
            ["/v/a-1.egg-info/P", "/v/b-1.egg-info/P", "/v/c-1.egg-info/P"]
        ),
        // PostgreSQL's temporary files.
        (["/d/pg_wal/xlogtemp.17"], ["/d/pg_wal/xlogtemp.<int>"]),
        (["/d/wal/xlogtemp.17"], ["/d/wal/xlogtemp.17"]),
        (["/d/pg_wal/xlogtemp.17.bak"], ["/d/pg_wal/xlogtemp.17.bak"]),
        (["/d/base/5/pg_internal.init.17"], ["/d/base/5/pg_internal.init.<int>"]),
        (["/d/pgsql_tmp/pgsql_tmp17.0"], ["/d/pgsql_tmp/pgsql_tmp<int>.<int>"]),
        (["/d/pgsql_tmp/pgsql_tmp17"], ["/d/pgsql_tmp/pgsql_tmp17"]),
        (["/d/tmp/pgsql_tmp17.0"], ["/d/tmp/pgsql_tmp17.0"]),
        (
            [
                "/d/pgsql_tmp/pgsql_tmp17.0.fileset", "/d/pgsql_tmp/pgsql_tmp17.0.fileset/0.0",
                "/d/pgsql_tmp/pgsql_tmp18.1.fileset/i5of8.p1.0",
            ],
            [
                "/d/pgsql_tmp/pgsql_tmp<int>.<int>.fileset",
                "/d/pgsql_tmp/pgsql_tmp<int>.<int>.fileset/*",
            ]
        ),
        (
            ["/d/pgsql_tmp/pgsql_tmp17.0.fileset/a/b"],
            ["/d/pgsql_tmp/pgsql_tmp17.0.fileset/a/b"]
        ),
        // Modules of a package tree: three of one ending.
        (
            [
                "/a/node_modules/b/x.js", "/a/node_modules/c/x.js", "/a/node_modules/c/x.json",
                "/a/node_modules/c/node_modules/d/y.js", "/a/server.js",
            ],
            ["/a/node_modules/**.js", "/a/node_modules/c/x.json", "/a/server.js"]
        ),
        (
            ["/a/node_modules/b/x.js", "/a/node_modules/c/x.js"],
            ["/a/node_modules/b/x.js", "/a/node_modules/c/x.js"]
        ),
        (
            [
                "/u/lib/python3.11/__pycache__/a.cpython-311.pyc",
                "/u/lib/python3.11/json/__pycache__/b.cpython-311.pyc",
                "/u/lib/python3.11/json/__pycache__/c.cpython-311.pyc",
                "/u/lib/python3.11/site-packages/z/k.py",
            ],
            ["/u/lib/python3.11/**.pyc", "/u/lib/python3.11/site-packages/z/k.py"]
        ),
        (
            [
                "/v/site-packages/p/a.py", "/v/site-packages/p/b.py", "/v/site-packages/q/c.py",
                "/v/site-packages/p/key.pem", "/v/site-packages/p/k1.pem",
            ],
            [
                "/v/site-packages/**.py", "/v/site-packages/p/k1.pem",
                "/v/site-packages/p/key.pem",
            ]
        ),
        (
            ["/python/a.py", "/python/b.py", "/python/c.py"],
            ["/python/a.py", "/python/b.py", "/python/c.py"]
        ),
        // A rotated secret is the same secret.
        (
            ["/run/secrets/kubernetes.io/sa/..2026_11_22_10_00_00.123456789/token"],
            ["/run/secrets/kubernetes.io/sa/..<int>_<int>_<int>_<int>_<int>_<int>.<int>/token"]
        ),
        (
            ["/run/secrets/kubernetes.io/2026-11-22/token"],
            ["/run/secrets/kubernetes.io/2026-11-22/token"]
        ),
    ]

    @Test(arguments: read)
    func readPaths(_ paths: [String], _ expected: [String]) { #expect(files(paths) == expected) }

    /// A module that is written is none that was installed.
    @Test func writtenModulesStayExact() {
        let paths = ["/a/node_modules/b/x.js", "/a/node_modules/c/x.js", "/a/node_modules/d/x.js"]
        #expect(files(paths, [.writeOnly, .create]) == paths)
    }

    /// Of a secret that is rotated the file that was read is allowed, and nothing beside it.
    @Test func aRotatedSecretAdmitsNoOther() throws {
        let place = "/run/secrets/kubernetes.io/serviceaccount/"
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.fileFlow(1, place + "..2026_11_22_10_00_00.123456789/token", .readOnly)
        trace.fileFlow(1, place + "..2026_11_22_10_00_00.123456789/ca.crt", .readWrite)
        let profile = trace.profile()
        let rules = try #require(profile.rules(of: "/bin/app")?.files)
        func isAllowed(_ path: String, _ access: FileAccess = .read) throws -> Bool {
            try rules.contains { rule in
                try rule.access.isSuperset(of: access)
                    && PatternMatcher(PathPattern(parsing: rule.path)).matches(path.utf8)
            }
        }
        #expect(try isAllowed(place + "..2026_12_01_00_00_01.42/token"))
        for path in [
            place + "..2026_12_01_00_00_01.42/ca.crt", place + "..2026_12_01_00_00_01.42/namespace",
            place + "token", place + "..data/token",
            "/run/secrets/kubernetes.io/other/..2026_12_01_00_00_01.42/token",
            place + "..2026_12_01_00_00_01.42/x/token",
        ] { #expect(try !isAllowed(path), "\(path)") }
        #expect(try !isAllowed(place + "..2026_12_01_00_00_01.42/token", .write))
        // It is named, not admitted along with others.
        #expect(profile.breadth().score == 0)
        #expect(profile.breadth().namedScore == 8)
    }

    @Test func portsOfTheEphemeralRange() throws {
        func ports(_ ports: [UInt16]) -> [String] {
            var trace = Trace()
            trace.process(1, "/bin/app")
            for port in ports {
                trace.networkEvent(
                    1, Operations(rawValue: 1 << 29), local: IPAddress(high: 0, low: 0), port)
            }
            return trace.profile().rules(of: "/bin/app")?.listen.map {
                "\($0.ports.lowerBound)-\($0.ports.upperBound) \($0.reason ?? "")"
            } ?? []
        }
        #expect(
            ports([80, 33_001, 41_000, 60_999]) == [
                "80-80 ",
                "32768-60999 3 ports of the ephemeral range, for example 33001, 41000, 60999",
            ])
        #expect(ports([33_001, 41_000]).count == 2)
        #expect(ports([50_051, 50_052, 50_053]).count == 3)
        #expect(ports([20_000, 25_000, 30_000]).count == 3)
    }
}
