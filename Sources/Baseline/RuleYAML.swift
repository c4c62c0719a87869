import Yams

/// Rules from nodes.
extension ProfileReader {
    mutating func executable(_ node: Node) -> ExecutableRules? {
        let known = [
            "executable", "exec", "files", "egress", "listen", "capabilities", "acts",
        ]
        guard let fields = fields(node, known: known) else { return nil }
        let path = required(fields, "executable", of: node, "write executable: /path/to/program") {
            $0.subject($1)
        }
        let exec = optional(fields, "exec") { $0.list($1) { $0.execRule($1) } }
        let files = optional(fields, "files") { $0.list($1) { $0.fileRule($1) } }
        let egress = optional(fields, "egress") { $0.list($1) { $0.egressRule($1) } }
        let listen = optional(fields, "listen") { $0.list($1) { $0.listenRule($1) } }
        let capabilities = optional(fields, "capabilities") { $0.list($1) { $0.capability($1) } }
        let acts = optional(fields, "acts") { $0.list($1) { $0.act($1) } }
        return path.map {
            ExecutableRules(
                executable: $0, exec: exec ?? [], files: files ?? [], egress: egress ?? [],
                listen: listen ?? [], capabilities: capabilities ?? [], acts: acts ?? [])
        }
    }

    private mutating func subject(_ node: Node) -> String? {
        guard let text = text(node, most: ProfileLimits.patternBytes) else { return nil }
        let subject = text == ExecutableRules.runtime ? text : checkedPattern(text, node)
        guard let subject else { return nil }
        guard subjects.insert(Array(subject.utf8)).inserted else {
            report(
                node, "the executable `\(subject)` stands twice", "put its rules into one entry")
            return nil
        }
        return subject
    }

    private mutating func execRule(_ node: Node) -> ExecRule? {
        guard admitsOneMore(node),
            let fields = fields(node, known: ["path", "sha256", "phase", "seen", "reason"])
        else { return nil }
        let path = required(fields, "path", of: node, "write path: /path") { $0.pattern($1) }
        let digests = optional(fields, "sha256") { $0.digests($1) }
        let phase = optional(fields, "phase") { $0.phase($1) }
        let seen = optional(fields, "seen") { $0.evidence($1) }
        let reason = optional(fields, "reason") { $0.text($1) }
        return path.map {
            ExecRule(
                path: $0, digests: digests ?? [], phase: phase, evidence: seen, reason: reason)
        }
    }

    private mutating func fileRule(_ node: Node) -> FileRule? {
        guard admitsOneMore(node),
            let fields = fields(
                node, known: ["path", "access", "sha256", "phase", "seen", "reason"])
        else { return nil }
        let path = required(fields, "path", of: node, "write path: /path") { $0.pattern($1) }
        let access = required(fields, "access", of: node, "write access: [read]") { $0.access($1) }
        let digests = optional(fields, "sha256") { $0.digests($1) }
        let phase = optional(fields, "phase") { $0.phase($1) }
        let seen = optional(fields, "seen") { $0.evidence($1) }
        let reason = optional(fields, "reason") { $0.text($1) }
        guard let path, let access else { return nil }
        if let node = fields["sha256"], !access.contains(.map) {
            within(.key("sha256")) {
                $0.report(
                    node, "only what is mapped executable is held to its content",
                    "add map to access, or leave out sha256")
            }
        }
        return FileRule(
            path: path, access: access, digests: digests ?? [], phase: phase, evidence: seen,
            reason: reason)
    }

    private mutating func digests(_ node: Node) -> [ContentDigest]? {
        guard let digests = list(node, { $0.digest($1) }) else { return nil }
        if case .sequence(let all) = node, all.isEmpty {
            // It would read as "no content" and mean "any".
            report(node, "no digest is named", "name one, or leave out sha256")
        }
        guard digests.count <= ProfileLimits.digests else {
            report(
                node, "\(digests.count) digests are more than \(ProfileLimits.digests)",
                "leave out those of versions that are not run any more")
            return nil
        }
        return digests
    }

    private mutating func digest(_ node: Node) -> ContentDigest? {
        guard let text = text(node) else { return nil }
        if let digest = ContentDigest(hex: text) { return digest }
        report(
            node, "`\(text)` is not a SHA-256",
            "write 64 hexadecimal digits, as sha256sum prints them")
        return nil
    }

    private mutating func egressRule(_ node: Node) -> EgressRule? {
        guard let rule = endpointRule(node) else { return nil }
        return EgressRule(
            proto: rule.proto, prefix: rule.prefix, ports: rule.ports, phase: rule.phase,
            evidence: rule.evidence,
            reason: rule.reason)
    }

    private mutating func listenRule(_ node: Node) -> ListenRule? { endpointRule(node) }

    private mutating func endpointRule(_ node: Node) -> ListenRule? {
        let known = ["protocol", "address", "port", "phase", "seen", "reason"]
        guard admitsOneMore(node), let fields = fields(node, known: known) else { return nil }
        let proto = required(fields, "protocol", of: node, "write protocol: tcp or udp") {
            $0.word($1, "protocol", TransportProtocol.allCases.map { ($0.text, $0) })
        }
        let prefix = required(fields, "address", of: node, "write address: and one, or any") {
            $0.prefix($1)
        }
        let ports = required(fields, "port", of: node, "write port: 443, 8000-8080 or any") {
            $0.ports($1)
        }
        let phase = optional(fields, "phase") { $0.phase($1) }
        let seen = optional(fields, "seen") { $0.evidence($1) }
        let reason = optional(fields, "reason") { $0.text($1) }
        guard let proto, let prefix, let ports else { return nil }
        return ListenRule(
            proto: proto, prefix: prefix, ports: ports, phase: phase, evidence: seen, reason: reason
        )
    }

    mutating func phase(_ node: Node) -> Phase? {
        word(node, "phase", Phase.allCases.map { ($0.rawValue, $0) })
    }

    mutating func admitsOneMore(_ node: Node) -> Bool {
        rules += 1
        if rules == ProfileLimits.rules + 1 {
            report(
                node, "more than \(ProfileLimits.rules) rules", "generalise or split the profile")
        }
        return rules <= ProfileLimits.rules
    }

    mutating func pattern(_ node: Node) -> String? {
        text(node, most: ProfileLimits.patternBytes).flatMap { checkedPattern($0, node) }
    }

    /// The pattern in its canonical spelling.
    private mutating func checkedPattern(_ text: String, _ node: Node) -> String? {
        do {
            let pattern = try PathPattern(parsing: text)
            if let problem = pattern.unmatchable {
                report(node, "`\(text)` \(problem)", "write the path from the container's root, /")
                return nil
            }
            return pattern.text
        } catch {
            report(
                node, "not a path pattern, at its byte \(error.offset)", error.description)
            return nil
        }
    }

    mutating func access(_ node: Node) -> FileAccess? {
        let words = list(node) { $0.word($1, "access", FileAccess.names) }
        guard let words else { return nil }
        if words.isEmpty {
            report(node, "no access is named", "name one, or remove the rule")
            return nil
        }
        return words.reduce(into: FileAccess()) { $0.formUnion($1) }
    }

    mutating func prefix(_ node: Node) -> Prefix? {
        guard let text = text(node) else { return nil }
        do {
            return try Prefix(parsing: text)
        } catch {
            report(node, error.problem, error.remedy)
            return nil
        }
    }

    mutating func ports(_ node: Node) -> ClosedRange<UInt16>? {
        guard let text = text(node) else { return nil }
        if let ports = PortText.parse(text) { return ports }
        report(
            node, "`\(text)` is not a port",
            "write a number from 0 to 65535, a range such as 8000-8080, or any")
        return nil
    }
}
