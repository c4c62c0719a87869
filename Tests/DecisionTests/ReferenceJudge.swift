import Baseline
import SysFlow

/// Reads a profile rule by rule, with none of the compiler's code: the meaning to hold it to.
struct ReferenceJudge {
    private struct Rules {
        var exec: [(PathPattern, UInt32, Phase?)]
        var files: [(PathPattern, UInt32, Phase?)]
        var source: ExecutableRules
    }
    private var byPattern: [(PathPattern, Rules)] = []
    private var runtime: [Rules] = []

    init(_ profile: Profile) throws {
        let isFree = { (digests: [ContentDigest]) in
            profile.identity == .path || digests.isEmpty
        }
        for executable in profile.executables {
            let rules = Rules(
                exec: try executable.exec.map {
                    (try PathPattern(parsing: $0.path), isFree($0.digests) ? 4 : 1024, $0.phase)
                },
                files: try executable.files.map {
                    let access = $0.access.rawValue
                    return (
                        try PathPattern(parsing: $0.path),
                        access & 8 == 0 || isFree($0.digests) ? access : access & ~8 | 2048,
                        $0.phase
                    )
                },
                source: executable)
            if executable.executable == ExecutableRules.runtime {
                runtime.append(rules)
            } else {
                byPattern.append((try PathPattern(parsing: executable.executable), rules))
            }
        }
    }

    /// nil: the subject is not known. A nil path is the runtime.
    func allowed(
        executable: [UInt8]?, dimension: UInt8, object: [UInt8], phase: Phase
    ) -> UInt32? {
        let rules =
            if let executable {
                byPattern.filter { Self.matches($0.0, executable) }.map(\.1)
            } else {
                runtime
            }
        guard !rules.isEmpty else { return nil }
        return rules.reduce(0) { $0 | Self.allowed($1, dimension, object, phase) }
    }

    private static func allowed(
        _ rules: Rules, _ dimension: UInt8, _ object: [UInt8], _ now: Phase
    ) -> UInt32 {
        func holds(_ phase: Phase?) -> Bool { phase == nil || phase == now }
        switch dimension {
        case 1:
            return rules.exec.filter { holds($0.2) && matches($0.0, object) }
                .reduce(0) { $0 | $1.1 }
        case 2:
            return rules.files.filter { holds($0.2) && matches($0.0, object) }
                .reduce(0) { $0 | $1.1 }
        case 3:
            return rules.source.egress.contains {
                holds($0.phase) && matches($0.proto, $0.prefix, $0.ports, object)
            } ? 64 : 0
        case 4:
            return rules.source.listen.contains {
                holds($0.phase) && matches($0.proto, $0.prefix, $0.ports, object)
            } ? 128 : 0
        case 5:
            return rules.source.capabilities.contains {
                holds($0.phase) && [$0.capability.rawValue] == object
            } ? 512 : 0
        case 6:
            return rules.source.acts.contains {
                holds($0.phase) && [$0.act.rawValue] == object
            } ? 512 : 0
        default:
            return 0
        }
    }

    static func matches(_ pattern: PathPattern, _ bytes: [UInt8]) -> Bool {
        // reached[i]: the elements so far can match exactly the first i bytes.
        var reached = Array(repeating: false, count: bytes.count + 1)
        reached[0] = true
        for element in pattern.elements {
            var next = Array(repeating: false, count: bytes.count + 1)
            for start in reached.indices where reached[start] {
                for end in ends(element, bytes, start) { next[end] = true }
            }
            reached = next
        }
        return reached[bytes.count]
    }

    private static func ends(
        _ element: PathPattern.Element, _ bytes: [UInt8], _ start: Int
    ) -> [Int] {
        func run(_ isMember: (UInt8) -> Bool) -> [Int] {
            var ends: [Int] = []
            var end = start
            while end < bytes.count, isMember(bytes[end]) {
                end += 1
                ends.append(end)
            }
            return ends
        }
        switch element {
        case .byte(let byte):
            return start < bytes.count && bytes[start] == byte ? [start + 1] : []
        case .int: return run { (48...57).contains($0) }
        case .hex: return run(isHex)
        case .base32: return run { (48...57).contains($0) || (97...122).contains($0) }
        case .segment: return run { $0 != 47 }
        case .anyDepth: return run { _ in true }
        case .uuid:
            guard start + 36 <= bytes.count else { return [] }
            for index in 0..<36 {
                let byte = bytes[start + index]
                let fits = [8, 13, 18, 23].contains(index) ? byte == 45 : isHex(byte)
                if !fits { return [] }
            }
            return [start + 36]
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        "0123456789abcdefABCDEF".utf8.contains(byte)
    }

    private static func matches(
        _ proto: TransportProtocol, _ prefix: Prefix, _ ports: ClosedRange<UInt16>,
        _ object: [UInt8]
    ) -> Bool {
        guard object.count == 19, object[0] == proto.rawValue,
            ports.contains(UInt16(object[1]) << 8 | UInt16(object[2]))
        else { return false }
        for bit in 0..<prefix.length {
            let word = bit < 64 ? prefix.high : prefix.low
            let wanted = word >> UInt64(63 - bit % 64) & 1
            let there = UInt64(object[3 + bit / 8] >> UInt8(7 - bit % 8) & 1)
            if wanted != there { return false }
        }
        return true
    }
}
