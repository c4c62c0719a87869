import Baseline
import SysFlow

/// A seeded generator (SplitMix64): a failing case is named by its seed.
struct Generator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
    mutating func list<T>(upTo most: Int, _ make: (inout Generator) -> T) -> [T] {
        (0..<below(most + 1)).map { _ in make(&self) }
    }

    /// A path's bytes; some are odd: control characters, invalid UTF-8, pattern characters.
    mutating func pathBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...below(4) {
            bytes.append(UInt8(ascii: "/"))
            for _ in 0...below(8) {
                switch below(12) {
                case 0: bytes.append(UInt8(1 + below(255)))
                case 1:
                    bytes += Array(
                        pick(["é", "e\u{301}", "\u{202e}", "日", "😀", "\u{85}", "\u{feff}"]).utf8)
                case 2: bytes.append(pick(Array("\\*<> :,[]{}&#'\"%@`|!?-".utf8)))
                default: bytes.append(UInt8(ascii: "a") + UInt8(below(26)))
                }
            }
        }
        return bytes
    }

    mutating func pattern() -> PathPattern {
        var pattern = PathPattern(literal: pathBytes())
        for _ in 0..<below(3) {
            let element: PathPattern.Element = pick([
                .int, .hex, .base32, .uuid, .segment, .anyDepth,
            ])
            let at = 1 + below(pattern.elements.count)
            // `***` would read as `**` and `*`: the language has one spelling for neighbours.
            let stars: [PathPattern.Element] = [.segment, .anyDepth]
            let isStar = stars.contains(element)
            let next = at < pattern.elements.count ? pattern.elements[at] : .int
            if isStar, stars.contains(pattern.elements[at - 1]) || stars.contains(next) { continue }
            pattern.elements.insert(element, at: at)
        }
        return pattern
    }

    mutating func text() -> String {
        pick([
            "nginx", "true", "12", "", " a ", "a: b", "x#y", "&a", "*b", "é", "line\nbreak",
            "a\"b\\", "~",
        ])
            + String(below(100))
    }

    mutating func evidence() -> Evidence? {
        if chance(30) { return nil }
        if chance(50) { return sourced(sources: 20) }
        return Evidence(
            count: below(1000), firstSeen: Int64(truncatingIfNeeded: next()),
            lastSeen: Int64(truncatingIfNeeded: next()))
    }

    mutating func address() -> IPAddress {
        switch below(4) {
        case 0: IPAddress(high: next(), low: next())
        case 1: IPAddress(high: 0xfd00 << 48, low: UInt64(below(1000)))
        default: IPAddress(v4: UInt32(truncatingIfNeeded: next()))
        }
    }

    mutating func prefix() -> Prefix {
        let address = address()
        if chance(50) { return Prefix(address) }
        return Prefix(address, length: address.v4 == nil ? below(129) : 96 + below(33))
    }

    mutating func ports() -> ClosedRange<UInt16> {
        let low = UInt16(below(65_536))
        return chance(70) ? low...low : low...UInt16(Int(low) + below(65_536 - Int(low)))
    }

    mutating func reason() -> String? { chance(40) ? text() : nil }

    mutating func digest() -> ContentDigest {
        ContentDigest(bytes: (0..<ContentDigest.size).map { _ in UInt8(below(256)) })!
    }

    mutating func digests() -> [ContentDigest] {
        chance(60) ? [] : list(upTo: 3) { $0.digest() }
    }

    mutating func profile() -> Profile {
        var profile = Profile(name: "p" + text(), labels: chance(50) ? [text(): text()] : [:])
        profile.selector = Selector(
            image: chance(50) ? text() : nil, containerName: chance(50) ? text() : nil,
            labels: chance(50) ? [text(): text()] : [:])
        profile.mode = chance(50) ? pick(Mode.allCases) : nil
        profile.actions = Actions(
            exec: pick(Action.allCases), file: pick(Action.allCases),
            egress: pick(Action.allCases), listen: pick(Action.allCases),
            capability: chance(70) ? pick(Action.allCases) : nil,
            act: chance(70) ? pick(Action.allCases) : nil)
        profile.response = Response(
            mayKill: Set(Response.Spared.allCases.filter { _ in chance(50) }),
            breaker: chance(50) ? 1 + below(Response.breakerLimit) : nil)
        profile.identity = pick(Identity.allCases)
        var subjects = Set<[UInt8]>()
        for i in 0..<below(4) {
            let subject = i == 0 && chance(30) ? ExecutableRules.runtime : pattern().text
            guard subjects.insert(Array(subject.utf8)).inserted else { continue }
            var rules = rules(of: subject)
            // What is listed has to be judged.
            if profile.actions.capability == nil { rules.capabilities = [] }
            if profile.actions.act == nil { rules.acts = [] }
            profile.executables.append(rules)
        }
        if chance(30) {
            profile.learned = provenance()
        } else if chance(70) {
            profile.learned = Provenance(
                from: Int64(truncatingIfNeeded: next()), to: Int64(truncatingIfNeeded: next()),
                records: below(1000), losses: chance(50) ? ["file": 3, text(): 1] : [:])
        }
        profile.refused = list(upTo: 2) {
            Refusal(
                neverLearned: $0.pick(["bpf", "ptrace"]), executable: $0.pattern().text,
                behaviour: "exec \($0.pattern().text)", evidence: $0.evidence())
        }
        if chance(30) {
            profile.promoted = Promotion(
                time: Int64(truncatingIfNeeded: next()), by: text(), files: [text(), text()],
                judged: below(1000), deviating: below(2), override: reason(),
                against: list(upTo: 2) { $0.text() })
        }
        if chance(50) { profile.completeness = completeness() }
        return profile
    }

    private mutating func rules(of subject: String) -> ExecutableRules {
        ExecutableRules(
            executable: subject,
            exec: list(upTo: 3) {
                ExecRule(
                    path: $0.pattern().text, digests: $0.digests(), evidence: $0.evidence(),
                    reason: $0.reason())
            },
            files: list(upTo: 4) {
                let access: FileAccess = [
                    $0.pick([.read, .write, .map]), $0.pick([.create, .delete, .metadata]),
                ]
                return FileRule(
                    path: $0.pattern().text, access: access,
                    digests: access.contains(.map) ? $0.digests() : [],
                    evidence: $0.evidence(), reason: $0.reason())
            },
            egress: list(upTo: 3) {
                EgressRule(
                    proto: $0.pick([.tcp, .udp]), prefix: $0.prefix(), ports: $0.ports(),
                    evidence: $0.evidence(), reason: $0.reason())
            },
            listen: list(upTo: 3) {
                ListenRule(
                    proto: $0.pick([.tcp, .udp]), prefix: $0.prefix(), ports: $0.ports(),
                    evidence: $0.evidence(), reason: $0.reason())
            },
            capabilities: list(upTo: 3) {
                CapabilityRule(
                    capability: Capability(rawValue: UInt8($0.below(64)))!,
                    evidence: $0.evidence(), reason: $0.reason())
            },
            acts: list(upTo: 3) {
                ActRule(
                    act: $0.pick(Act.allCases), evidence: $0.evidence(), reason: $0.reason())
            })
    }
}
