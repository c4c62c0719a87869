import Baseline
import SysFlow
import Testing

@Suite struct NearestRulesTests {
    private let profile: Profile

    init() throws {
        profile = try Profile(
            yaml: """
                apiVersion: loadline.dev/v1alpha1
                kind: IntegrityProfile
                metadata: {name: web}
                spec:
                  executables:
                    - executable: <runtime>
                      exec: [{path: /usr/sbin/nginx}]
                    - executable: /usr/sbin/nginx
                      exec: [{path: /bin/date}]
                      files:
                        - {path: /var/www/**, access: [read]}
                        - {path: /var/log/nginx/*.log, access: [write, create]}
                        - {path: /etc/nginx/nginx.conf, access: [read]}
                      egress:
                        - {protocol: tcp, address: 10.0.0.0/8, port: 5432}
                      listen:
                        - {protocol: tcp, address: any, port: 80}
                    - executable: /bin/date
                      files:
                        - {path: /etc/localtime, access: [read]}
                """, file: "web.yaml")
    }

    private func nearest(_ subject: String, _ object: Deviation.Object) -> NearestRules {
        profile.nearestRules(to: Deviation(subject: PathBytes(subject), object: object))
    }

    private func endpoint(
        _ text: String, _ port: UInt16, _ proto: TransportProtocol = .tcp
    ) throws -> Endpoint {
        Endpoint(proto: proto, address: try #require(IPAddress(text: text)), port: port)
    }

    @Test func lessAccess() {
        let found = nearest("/usr/sbin/nginx", .file(PathBytes("/var/www/a/b"), [.read, .write]))
        #expect(found.rules.first?.difference == .access)
        #expect(found.rules.first?.rule == "read /var/www/**")
        #expect(found.text == "read is allowed, write is not")
    }

    @Test func anotherPath() {
        let found = nearest("/usr/sbin/nginx", .file(PathBytes("/etc/shadow"), .read))
        #expect(found.rules.map(\.difference) == [.object])
        #expect(found.text == "nearest allowed: read /etc/nginx/nginx.conf, not this path")
        let nothing = nearest("/usr/sbin/nginx", .file(PathBytes("/root/x"), .read))
        #expect(nothing.rules.isEmpty)
        #expect(nothing.text == "the profile allows /usr/sbin/nginx no file like it")
    }

    @Test func anotherExecutable() {
        let known = nearest("/usr/sbin/nginx", .file(PathBytes("/etc/localtime"), .read))
        #expect(known.text == "allowed for /bin/date, not for /usr/sbin/nginx")
        let unknown = nearest("/bin/cat", .file(PathBytes("/var/www/index.html"), .read))
        #expect(!unknown.subjectIsKnown)
        #expect(unknown.text == "allowed for /usr/sbin/nginx, not for /bin/cat")
        let nothing = nearest("/bin/cat", .file(PathBytes("/etc/shadow"), .read))
        #expect(nothing.text == "the profile has no rules for /bin/cat")
        let odd = nearest("/bin/\u{1b}[31m", .file(PathBytes("/etc/shadow"), .read))
        #expect(odd.text == "the profile has no rules for /bin/\\x1b[31m")
    }

    @Test func programs() {
        let shell = nearest("/usr/sbin/nginx", .exec(PathBytes("/bin/sh")))
        #expect(shell.text == "nearest allowed: /bin/date, not this path")
        let runtime = nearest("<runtime>", .exec(PathBytes("/bin/date")))
        #expect(runtime.text == "allowed for /usr/sbin/nginx, not for <runtime>")
        // A file by that name is not the runtime.
        #expect(
            nearest("<runtime>", .exec(PathBytes("/usr/sbin/nginx"))).rules.first?.difference
                == NearestRule.Difference.none)
    }

    @Test func connections() throws {
        let subject = "/usr/sbin/nginx"
        #expect(
            nearest(subject, .egress(try endpoint("10.1.2.3", 5433))).text
                == "allowed: tcp 10.0.0.0/8 port 5432, not port 5433")
        #expect(
            nearest(subject, .egress(try endpoint("11.1.2.3", 5432))).text
                == "allowed: tcp 10.0.0.0/8 port 5432, not this address")
        #expect(
            nearest(subject, .egress(try endpoint("10.1.2.3", 5432, .udp))).text
                == "allowed: tcp 10.0.0.0/8 port 5432, not udp")
        #expect(nearest(subject, .egress(try endpoint("11.1.2.3", 1))).rules.isEmpty)
        #expect(
            nearest("/bin/nc", .listen(try endpoint("::", 80))).text
                == "allowed for /usr/sbin/nginx, not for /bin/nc")
        #expect(
            nearest(subject, .listen(try endpoint("::", 81))).rules.first?.difference == .port)
    }
}

@Suite struct SelectorTests {
    @Test(arguments: [
        ("nginx*", "nginx:1.25", true), ("nginx*", "nginx", true), ("nginx", "nginx:1", false),
        ("*/nginx:*", "docker.io/library/nginx:1", true), ("*", "", true), ("", "a", false),
        ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("**", "x", true),
    ])
    func images(_ pattern: String, _ image: String, _ expected: Bool) {
        let selector = Selector(image: pattern)
        #expect(selector.matches(image: image, containerName: nil, labels: [:]) == expected)
    }

    @Test func everyFieldThatIsAskedForMustMatch() {
        let selector = Selector(image: "nginx*", containerName: "web-*", labels: ["app": "shop"])
        let labels = ["app": "shop", "tier": "front"]
        #expect(selector.matches(image: "nginx:1", containerName: "web-1", labels: labels))
        #expect(!selector.matches(image: "nginx:1", containerName: "db", labels: labels))
        #expect(!selector.matches(image: "nginx:1", containerName: "web-1", labels: [:]))
        #expect(!selector.matches(image: nil, containerName: "web-1", labels: labels))
        #expect(!Selector().matches(image: "nginx", containerName: "web", labels: labels))
    }

    @Test func theMostSpecificProfileIsChosen() {
        let profiles = [
            Profile(name: "all", selector: Selector(image: "*")),
            Profile(name: "nginx", selector: Selector(image: "nginx*")),
            Profile(name: "shop", selector: Selector(image: "nginx*", labels: ["app": "shop"])),
            Profile(name: "exact", selector: Selector(image: "nginx:1.25")),
            Profile(name: "again", selector: Selector(image: "nginx:1.25")),
        ]
        func chosen(_ image: String, _ labels: [String: String] = [:]) -> String? {
            Profile.choose(from: profiles, image: image, containerName: nil, labels: labels)?.name
        }
        #expect(chosen("redis") == "all")
        #expect(chosen("nginx:1.26") == "nginx")
        #expect(chosen("nginx:1.25") == "again")
        #expect(chosen("nginx:1.25", ["app": "shop"]) == "shop")
        #expect(Profile.choose(from: [], image: "a", containerName: nil, labels: [:]) == nil)
    }

    @Test func aHostilePatternIsNotSlow() {
        let pattern = String(repeating: "a*", count: 500) + "b"
        let text = String(repeating: "a", count: 1000)
        #expect(!Selector(image: pattern).matches(image: text, containerName: nil, labels: [:]))
    }
}
