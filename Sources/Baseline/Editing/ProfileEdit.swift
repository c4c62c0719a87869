import SysFlow

/// Changes of a profile that an alert asks for.
extension Profile {
    /// Allows a behaviour: exactly this object, by this executable. A file rule for the same path
    /// gains the access; what is allowed already stays as it is.
    public mutating func allow(_ deviation: Deviation, reason: String?) {
        guard !Explanation(deviation, in: self).isAllowed else { return }
        let subject = deviation.subject.pattern
        if let i = executables.firstIndex(where: { $0.executable == subject }) {
            executables[i].allow(deviation, reason: reason)
            executables[i] = executables[i].withPhasesInEvidence()
        } else {
            var rules = ExecutableRules(executable: subject)
            rules.allow(deviation, reason: reason)
            executables.append(rules)
        }
    }

    /// Takes away what allows a behaviour: rules for exactly this object, of a file rule the
    /// access.
    ///
    /// - Returns: the rules that allow it still, as they are for more than this object.
    public mutating func deny(_ deviation: Deviation) -> [Permission] {
        for i in executables.indices where executables[i].isFor(deviation.subject) {
            executables[i].deny(deviation)
        }
        return permissions(for: deviation)
    }
}

extension ExecutableRules {
    /// A rule for the same object holds in all phases from then on.
    fileprivate mutating func allow(_ deviation: Deviation, reason: String?) {
        switch deviation.rule {
        case .exec(let path):
            if let i = exec.firstIndex(where: { $0.path == path }) {
                exec[i].phase = nil
            } else {
                exec.append(ExecRule(path: path, reason: reason))
            }
        case .file(let path, let access):
            if let i = files.firstIndex(where: { $0.path == path }) {
                files[i].access.formUnion(access)
                files[i].phase = nil
                if access.contains(.map) { files[i].digests = [] }
            } else {
                files.append(FileRule(path: path, access: access, reason: reason))
            }
        case .egress(let proto, let prefix, let ports):
            egress.append(EgressRule(proto: proto, prefix: prefix, ports: ports, reason: reason))
        case .listen(let proto, let prefix, let ports):
            listen.append(ListenRule(proto: proto, prefix: prefix, ports: ports, reason: reason))
        case .capability(let capability):
            if let i = capabilities.firstIndex(where: { $0.capability == capability }) {
                capabilities[i].phase = nil
            } else {
                capabilities.append(CapabilityRule(capability: capability, reason: reason))
            }
        case .act(let act):
            if let i = acts.firstIndex(where: { $0.act == act }) {
                acts[i].phase = nil
            } else {
                acts.append(ActRule(act: act, reason: reason))
            }
        }
    }

    fileprivate mutating func deny(_ deviation: Deviation) {
        let rule = deviation.rule
        switch rule {
        case .exec(let path): exec.removeAll { $0.path == path }
        case .file(let path, let access):
            for i in files.indices where files[i].path == path { files[i].remove(access) }
            files.removeAll { $0.access.isEmpty }
        case .egress: egress.removeAll { .egress($0.proto, $0.prefix, $0.ports) == rule }
        case .listen: listen.removeAll { .listen($0.proto, $0.prefix, $0.ports) == rule }
        case .capability(let capability): capabilities.removeAll { $0.capability == capability }
        case .act(let act): acts.removeAll { $0.act == act }
        }
    }
}
