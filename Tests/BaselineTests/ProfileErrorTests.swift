import Baseline
import Testing

/// One fault put into a good file, and what must be said about it.
struct BadProfile: Sendable, CustomTestStringConvertible {
    var name: String
    var replace: String
    var with: String
    var line: Int
    var field: String
    /// Parts of the problem and the remedy.
    var says: [String]
    var testDescription: String { name }
}

@Suite struct ProfileErrorTests {
    static let cases: [BadProfile] = [
        BadProfile(
            name: "not YAML", replace: "kind: IntegrityProfile", with: "kind: [IntegrityProfile",
            line: 3, field: "", says: ["not YAML", "brackets"]),
        BadProfile(
            name: "tab indentation", replace: "  name: nginx", with: "\tname: nginx", line: 4,
            field: "", says: ["not YAML", "indentation"]),
        BadProfile(
            name: "unknown field", replace: "          access: [write]",
            with: "          acces: [write]", line: 17,
            field: "spec.executables[0].files[0].acces",
            says: ["unknown field", "did you mean `access`?"]),
        BadProfile(
            name: "unknown top field", replace: "kind: IntegrityProfile",
            with: "kind: IntegrityProfile\nhello: 1", line: 3, field: "hello",
            says: ["unknown field", "known: apiVersion"]),
        BadProfile(
            name: "missing field", replace: "          access: [write]", with: "", line: 16,
            field: "spec.executables[0].files[0].access", says: ["missing", "access: [read]"]),
        BadProfile(
            name: "wrong type, text for list", replace: "[write]", with: "write", line: 17,
            field: "spec.executables[0].files[0].access",
            says: ["expected a list", "`write`", "`- `"]),
        BadProfile(
            name: "wrong type, list for fields", replace: "selector: {image: nginx}",
            with: "selector: [nginx]", line: 7, field: "spec.selector",
            says: ["expected fields, found a list", "image"]),
        BadProfile(
            name: "nothing for a list", replace: "access: [write]", with: "access:", line: 17,
            field: "spec.executables[0].files[0].access",
            says: ["expected a list, found nothing", "[] for none"]),
        BadProfile(
            name: "fields for a list", replace: "    - executable: /usr/sbin/nginx", with: "",
            line: 13, field: "spec.executables", says: ["expected a list, found fields"]),
        BadProfile(
            name: "unknown access", replace: "[write]", with: "[wriet]", line: 17,
            field: "spec.executables[0].files[0].access[0]",
            says: ["unknown access `wriet`", "did you mean `write`?"]),
        BadProfile(
            name: "no access", replace: "[write]", with: "[]", line: 17,
            field: "spec.executables[0].files[0].access", says: ["no access", "name one"]),
        BadProfile(
            name: "unknown name that may be killed", replace: "actions: {exec: kill}",
            with: "response: {mayKill: [inti]}", line: 9, field: "spec.response.mayKill[0]",
            says: ["unknown name `inti`", "did you mean `init`?"]),
        BadProfile(
            name: "breaker without a budget", replace: "actions: {exec: kill}",
            with: "response: {breaker: 0}", line: 9, field: "spec.response.breaker",
            says: ["0 a minute is no budget", "leave out breaker"]),
        BadProfile(
            name: "unknown mode", replace: "mode: enforce", with: "mode: enforced", line: 8,
            field: "spec.mode", says: ["unknown mode `enforced`", "did you mean `enforce`?"]),
        BadProfile(
            name: "unknown action", replace: "exec: kill", with: "exec: explode", line: 9,
            field: "spec.actions.exec",
            says: ["unknown action", "known: alert, deny, kill, quarantine"]),
        BadProfile(
            name: "bad pattern", replace: "path: /var/log/<int>.log",
            with: "path: /var/log/<number>.log", line: 16,
            field: "spec.executables[0].files[0].path",
            says: ["not a path pattern", "unknown wildcard <number>", "<int>"]),
        BadProfile(
            name: "relative path", replace: "path: /bin/true", with: "path: bin/true", line: 14,
            field: "spec.executables[0].exec[0].path", says: ["not an absolute path"]),
        BadProfile(
            name: "alias for a pattern", replace: "path: /bin/true", with: "path: *.sh", line: 14,
            field: "", says: ["not YAML", "quotes"]),
        BadProfile(
            name: "bad address", replace: "10.0.0.0/8", with: "10.0.0/8", line: 19,
            field: "spec.executables[0].egress[0].address", says: ["not an address", "10.0.0.0/8"]),
        BadProfile(
            name: "address with host bits", replace: "10.0.0.0/8", with: "10.0.0.1/8", line: 19,
            field: "spec.executables[0].egress[0].address",
            says: ["bits set", "write 10.0.0.0/8"]),
        BadProfile(
            name: "bad prefix length", replace: "10.0.0.0/8", with: "10.0.0.0/33", line: 19,
            field: "spec.executables[0].egress[0].address", says: ["prefix length", "0 to 32"]),
        BadProfile(
            name: "bad port", replace: "port: 5432", with: "port: 65536", line: 19,
            field: "spec.executables[0].egress[0].port", says: ["not a port", "65535"]),
        BadProfile(
            name: "turned range", replace: "port: 5432", with: "port: 90-80", line: 19,
            field: "spec.executables[0].egress[0].port", says: ["not a port", "8000-8080"]),
        BadProfile(
            name: "bad protocol", replace: "protocol: tcp, address: 10",
            with:
                "protocol: tpc, address: 10", line: 19,
            field: "spec.executables[0].egress[0].protocol",
            says: ["unknown protocol", "did you mean `tcp`?"]),
        BadProfile(
            name: "duplicate key", replace: "  mode: enforce",
            with: "  mode: enforce\n  mode: monitor",
            line: 8, field: "", says: ["`mode` stands twice", "keep one"]),
        BadProfile(
            name: "duplicate executable", replace: "    - executable: /usr/sbin/nginx",
            with: "    - executable: /usr/sbin/nginx\n    - executable: /usr/sbin/nginx", line: 12,
            field: "spec.executables[1].executable", says: ["stands twice", "one entry"]),
        BadProfile(
            name: "unsupported version", replace: "v1alpha1", with: "v2", line: 1,
            field: "apiVersion", says: ["unsupported apiVersion", "loadline.dev/v1alpha1"]),
        BadProfile(
            name: "unsupported kind", replace: "kind: IntegrityProfile", with: "kind: Pod", line: 2,
            field: "kind", says: ["unsupported kind `Pod`", "IntegrityProfile"]),
        BadProfile(
            name: "no name", replace: "  name: nginx", with: "  labels: {}", line: 4,
            field: "metadata.name", says: ["missing"]),
        BadProfile(
            name: "bad time", replace: "from: 2026-11-21T20:00:00Z", with: "from: yesterday",
            line: 21, field: "status.learned.from", says: ["not a time", "2026-11-21T20:00:00Z"]),
        BadProfile(
            name: "day that is not", replace: "from: 2026-11-21T20:00:00Z",
            with: "from: 2026-02-29T20:00:00Z", line: 21, field: "status.learned.from",
            says: ["not a time"]),
        BadProfile(
            name: "negative count", replace: "records: 17", with: "records: -17", line: 21,
            field: "status.learned.records", says: ["not a count"]),
        BadProfile(
            name: "tag", replace: "records: 17", with: "records: !!int 17", line: 21,
            field: "status.learned.records", says: ["tags are not accepted"]),
        BadProfile(
            name: "anchor", replace: "name: nginx", with: "name: &a nginx", line: 4, field: "",
            says: ["anchors and aliases", "\\x26"]),
        BadProfile(
            name: "control character", replace: "name: nginx", with: "name: ng\u{1}inx", line: 4,
            field: "", says: ["not YAML", "control characters"]),
        BadProfile(
            name: "two documents", replace: "status:", with: "---\nstatus:", line: 20, field: "",
            says: ["another document", "one document"]),
    ]

    @Test(arguments: cases)
    func aFaultIsNamedWithItsPlaceAndRemedy(_ fault: BadProfile) throws {
        #expect(Self.good.contains(fault.replace))
        _ = try Profile(yaml: Self.good, file: "good.yaml")
        let parts = Self.good.split(
            separator: fault.replace, maxSplits: 1, omittingEmptySubsequences: false)
        let bad = parts.joined(separator: fault.with)
        let thrown = #expect(throws: ProfileErrors.self) {
            try Profile(yaml: bad, file: "bad.yaml")
        }
        let error = try #require(thrown?.errors.first)
        #expect(error.file == "bad.yaml")
        #expect(error.line == fault.line, "\(error)")
        #expect(error.column > 0)
        #expect(error.field == fault.field, "\(error)")
        for part in fault.says { #expect(error.description.contains(part), "\(error)") }
    }

    @Test func invalidUTF8IsPlaced() throws {
        let bytes = Array("kind: x\nname: ab".utf8) + [0xff] + Array("c\n".utf8)
        let thrown = #expect(throws: ProfileErrors.self) {
            try Profile(yaml: bytes, file: "bad.yaml")
        }
        let error = try #require(thrown?.errors.first)
        #expect(error.line == 2)
        #expect(error.problem == "not UTF-8 text")
    }

    @Test func anAliasBombIsRefusedAtOnce() {
        var bomb = "a0: &a0 [x, x]\n"
        for i in 1..<60 { bomb += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
        bomb += "? *a59\n: x\n"
        #expect(throws: ProfileErrors.self) { try Profile(yaml: bomb, file: "bomb.yaml") }
    }

    @Test func deepNestingIsRefusedWithoutACrash() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: ProfileErrors.self) { try Profile(yaml: deep, file: "deep.yaml") }
        let nested = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(throws: ProfileErrors.self) { try Profile(yaml: nested, file: "deep.yaml") }
    }

    @Test func tooLargeAFileAndAnEmptyOneAreRefused() throws {
        let large = [UInt8](repeating: 0x20, count: ProfileLimits.fileBytes + 1)
        let thrown = #expect(throws: ProfileErrors.self) {
            try Profile(yaml: large, file: "large.yaml")
        }
        #expect(try #require(thrown).description.contains("more than 16777216"))
        let empty = #expect(throws: ProfileErrors.self) { try Profile(yaml: "", file: "e.yaml") }
        #expect(try #require(empty).description.contains("the file is empty"))
    }

    @Test func allErrorsAreReportedUpToTheLimit() throws {
        let rules = (0..<70).map { "        - {path: /a\($0), acess: [read]}" }
        let text =
            Self.good.split(separator: "        - path: /var")[0] + rules.joined(separator: "\n")
        let thrown = #expect(throws: ProfileErrors.self) {
            try Profile(yaml: String(text), file: "many.yaml")
        }
        let errors = try #require(thrown)
        #expect(errors.errors.count == ProfileLimits.errors)
        // Each rule has an unknown field and a missing one.
        #expect(errors.omitted == 140 - ProfileLimits.errors)
    }

    /// Any mutation of a good file gives a profile or errors, never a crash.
    @Test func mutatedFilesNeverCrash() {
        let good = Array(Self.good.utf8)
        var refused = 0
        for seed in 0..<2000 {
            var generator = Generator(seed: seed)
            var bytes = good
            for _ in 0...generator.below(3) {
                let at = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: at)
                default:
                    bytes.insert(generator.pick(Array("{}[]:,&*!|>'\"\n\t -#%@?".utf8)), at: at)
                }
            }
            do { _ = try Profile(yaml: bytes, file: "fuzz.yaml") } catch {
                refused += 1
                #expect(!error.errors.isEmpty)
            }
        }
        #expect(refused > 500)
    }

    static let good = """
        apiVersion: loadline.dev/v1alpha1
        kind: IntegrityProfile
        metadata:
          name: nginx

        spec:
          selector: {image: nginx}
          mode: enforce
          actions: {exec: kill}
          executables:
            - executable: /usr/sbin/nginx

              exec:
                - path: /bin/true
              files:
                - path: /var/log/<int>.log
                  access: [write]
              egress:
                - {protocol: tcp, address: 10.0.0.0/8, port: 5432}
        status:
          learned: {from: 2026-11-21T20:00:00Z, to: 2026-11-21T20:00:00Z, records: 17}
        """
}
