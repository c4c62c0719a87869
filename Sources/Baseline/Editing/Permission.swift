import SysFlow

/// A rule that allows something, with where it comes from.
public struct Permission: Hashable, Sendable {
    /// The executable, or pattern of executables, whose rule it is.
    public var subject: String
    public var rule: RuleDescription
    public var evidence: Evidence?
    public var reason: String?
}

/// What a profile says to one behaviour.
public struct Explanation: Hashable, Sendable {
    public var deviation: Deviation
    /// The rules that allow it, or parts of the access that is asked for.
    public var permissions: [Permission]
    /// Access to a file that no rule allows; of other objects empty.
    public var missing: FileAccess
    public var isAllowed: Bool
    /// What is nearest, where it is not allowed.
    public var nearest: NearestRules

    public init(_ deviation: Deviation, in profile: Profile) {
        self.deviation = deviation
        permissions = profile.permissions(for: deviation)
        nearest = profile.nearestRules(to: deviation)
        if case .file(_, let asked) = deviation.object {
            missing = permissions.reduce(asked) {
                if case .file(_, let access) = $1.rule { $0.subtracting(access) } else { $0 }
            }
            isAllowed = missing.isEmpty
        } else {
            missing = []
            isAllowed = !permissions.isEmpty
        }
        switch deviation.object {
        case .capability where profile.actions.capability == nil,
            .act where profile.actions.act == nil:
            isAllowed = true
        default: break
        }
    }

    /// Lines for people.
    public var lines: [String] {
        let asked = "\(deviation.subject.pattern): \(deviation.text)"
        var lines = [YAMLText.visible("\(isAllowed ? "allowed" : "NOT ALLOWED")  \(asked)")]
        if isAllowed, permissions.isEmpty {
            lines.append("  the profile's actions do not name \(deviation.dimension.name)")
        }
        for permission in permissions {
            lines.append(
                YAMLText.visible("  by \(permission.rule.text) of \(permission.subject)"))
            if let evidence = permission.evidence {
                lines.append(
                    "     seen \(evidence.count)x, first \(Timestamp.text(evidence.firstSeen)), "
                        + "last \(Timestamp.text(evidence.lastSeen))"
                        + (evidence.example.map { YAMLText.visible(", for example \($0)") } ?? ""))
            } else {
                lines.append("     without evidence: written by hand")
            }
            if let reason = permission.reason {
                lines.append(YAMLText.visible("     \(reason)"))
            }
        }
        if isAllowed { return lines }
        if !permissions.isEmpty {
            lines.append("  not allowed of it: \(missing.words.joined(separator: ", "))")
        }
        lines.append(YAMLText.visible("  \(nearest.text)"))
        for rule in nearest.rules {
            lines.append(
                YAMLText.visible("  near: \(rule.rule) of \(rule.subject): \(rule.explanation)"))
        }
        return lines
    }
}

extension Deviation {
    /// As a profile's rule would be written.
    public var rule: RuleDescription {
        switch object {
        case .exec(let path): .exec(path.pattern)
        case .file(let path, let access): .file(path.pattern, access)
        case .egress(let endpoint):
            .egress(endpoint.proto, Prefix(endpoint.address), endpoint.port...endpoint.port)
        case .listen(let endpoint):
            .listen(
                endpoint.proto,
                Prefix.isUnspecified(endpoint.address) ? .any : Prefix(endpoint.address),
                endpoint.port...endpoint.port)
        case .capability(let capability): .capability(capability)
        case .act(let act): .act(act)
        }
    }

    /// `file read, write /a`.
    public var text: String { rule.text }
}

extension Profile {
    /// The rules that allow a behaviour, or a part of its access.
    public func permissions(for deviation: Deviation) -> [Permission] {
        executables.filter { $0.isFor(deviation.subject) }.flatMap {
            $0.permissions(for: deviation)
        }
    }
}

extension ExecutableRules {
    fileprivate func permissions(for deviation: Deviation) -> [Permission] {
        switch deviation.object {
        case .exec(let path):
            exec.filter { deviation.isIn($0.phase) && Self.matches($0.path, path.bytes) }.map {
                permission(.exec($0.path), $0)
            }
        case .file(let path, let access):
            files.filter {
                deviation.isIn($0.phase) && !$0.access.isDisjoint(with: access)
                    && Self.matches($0.path, path.bytes)
            }.map { permission(.file($0.path, $0.access), $0) }
        case .egress(let endpoint):
            egress.filter {
                deviation.isIn($0.phase) && $0.proto == endpoint.proto
                    && $0.prefix.contains(endpoint.address)
                    && $0.ports.contains(endpoint.port)
            }.map { permission(.egress($0.proto, $0.prefix, $0.ports), $0) }
        case .listen(let endpoint):
            listen.filter {
                deviation.isIn($0.phase) && $0.proto == endpoint.proto
                    && $0.prefix.contains(endpoint.address)
                    && $0.ports.contains(endpoint.port)
            }.map { permission(.listen($0.proto, $0.prefix, $0.ports), $0) }
        case .capability(let capability):
            capabilities.filter { deviation.isIn($0.phase) && $0.capability == capability }.map {
                permission(.capability(capability), $0)
            }
        case .act(let act):
            acts.filter { deviation.isIn($0.phase) && $0.act == act }.map {
                permission(.act(act), $0)
            }
        }
    }

    private func permission(_ rule: RuleDescription, _ source: some EvidentRule) -> Permission {
        Permission(
            subject: executable, rule: rule, evidence: source.evidence, reason: source.reason)
    }
}
