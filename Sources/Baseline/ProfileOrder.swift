import SysFlow

/// One order for rules, so that equal profiles are equal text. Texts compare by their bytes.
extension Profile {
    /// The same profile with its rules in order.
    public func sorted() -> Profile {
        var profile = self
        profile.executables = executables.map { $0.sorted() }
        // The runtime's own rules come first: `<` sorts before `/` only by this.
        profile.executables.sort {
            let a = $0.executable == ExecutableRules.runtime
            let b = $1.executable == ExecutableRules.runtime
            return a == b ? bytesPrecede($0.executable, $1.executable) : a
        }
        profile.refused.sort(by: Refusal.precedes)
        return profile
    }
}

extension ExecutableRules {
    func sorted() -> ExecutableRules {
        var rules = self
        for i in rules.exec.indices { rules.exec[i].digests = Set(rules.exec[i].digests).sorted() }
        for i in rules.files.indices {
            rules.files[i].digests = Set(rules.files[i].digests).sorted()
        }
        rules.exec.sort { bytesPrecede($0.path, $1.path) }
        rules.files.sort { bytesPrecede($0.path, $1.path) }
        rules.egress.sort {
            endpointPrecedes(($0.proto, $0.prefix, $0.ports), ($1.proto, $1.prefix, $1.ports))
        }
        rules.listen.sort {
            endpointPrecedes(($0.proto, $0.prefix, $0.ports), ($1.proto, $1.prefix, $1.ports))
        }
        rules.capabilities.sort { $0.capability.rawValue < $1.capability.rawValue }
        rules.acts.sort { bytesPrecede($0.act.name, $1.act.name) }
        return rules
    }
}

func bytesPrecede(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
}

private func endpointPrecedes(
    _ a: (proto: TransportProtocol, prefix: Prefix, ports: ClosedRange<UInt16>),
    _ b: (proto: TransportProtocol, prefix: Prefix, ports: ClosedRange<UInt16>)
) -> Bool {
    let left = (a.proto.rawValue, a.ports.lowerBound, a.ports.upperBound)
    let right = (b.proto.rawValue, b.ports.lowerBound, b.ports.upperBound)
    if left != right { return left < right }
    return (a.prefix.high, a.prefix.low, a.prefix.length)
        < (b.prefix.high, b.prefix.low, b.prefix.length)
}
