import SysFlow

/// Destinations and local addresses as rules.
enum AddressGeneraliser {
    /// Addresses of one network at one port before the network is allowed.
    static let leastAddresses = 3
    /// Addresses of one place: 256 IPv4 addresses, one IPv6 subnet. No rule is wider.
    private static let placeLength = (v4: 96 + 24, v6: 64)
    /// Addresses that a reason names.
    private static let namedExamples = 3

    private struct Network: Hashable {
        var proto: TransportProtocol
        var port: UInt16
        var prefix: Prefix
    }

    static func egress(_ seen: [Endpoint: Evidence]) -> [EgressRule] {
        var networks: [Network: [(Endpoint, Evidence)]] = [:]
        for (endpoint, evidence) in seen {
            networks[network(endpoint), default: []].append((endpoint, evidence))
        }
        return networks.flatMap { network, members -> [EgressRule] in
            guard members.count >= leastAddresses else {
                return members.map {
                    EgressRule(
                        proto: $0.0.proto, prefix: Prefix($0.0.address),
                        ports: $0.0.port...$0.0.port, evidence: $0.1)
                }
            }
            let addresses = members.map(\.0).sorted().map(\.address)
            let examples = addresses.prefix(namedExamples).map(\.description)
            return [
                EgressRule(
                    proto: network.proto, prefix: smallestPrefix(of: addresses),
                    ports: network.port...network.port, evidence: merged(members),
                    reason: "\(addresses.count) addresses of the network, for example "
                        + examples.joined(separator: ", "))
            ]
        }
    }

    /// The longest prefix that all have in common.
    private static func smallestPrefix(of addresses: [IPAddress]) -> Prefix {
        guard let first = addresses.first else { return .any }
        var different: (high: UInt64, low: UInt64) = (0, 0)
        for address in addresses {
            different.high |= address.high ^ first.high
            different.low |= address.low ^ first.low
        }
        let length =
            different.high != 0
            ? different.high.leadingZeroBitCount : 64 + different.low.leadingZeroBitCount
        return Prefix(first, length: length)
    }

    /// Loopback, link-local addresses and networks with a metadata service stay single addresses.
    private static func network(_ endpoint: Endpoint) -> Network {
        let isV4 = endpoint.address.v4 != nil
        let wide = Prefix(
            endpoint.address, length: isV4 ? placeLength.v4 : placeLength.v6)
        let isLinkLocal = !isV4 && endpoint.address.high >> 54 == 0xfe80 >> 6
        let staysExact =
            isLinkLocal || Prefix.isLoopback(endpoint.address)
            || !SensitiveList.builtin.destinations(in: wide, endpoint.port...endpoint.port).isEmpty
        return Network(
            proto: endpoint.proto, port: endpoint.port,
            prefix: staysExact ? Prefix(endpoint.address) : wide)
    }

    /// Where a bind is known its address is the rule, `any` for the unspecified one. An accepted
    /// connection shows only the address that was called, which differs in each replica.
    static func listen(_ seen: [Behaviours.ListenKey: Evidence]) -> [ListenRule] {
        var bound = Set<Network>()
        for key in seen.keys where key.bound { bound.insert(local(key.endpoint)) }
        var rules: [Network: ListenRule] = [:]
        for (key, evidence) in seen.sorted(by: { $0.key < $1.key }) {
            let endpoint = key.endpoint
            var place = local(endpoint)
            var reason: String?
            if !key.bound, !bound.contains(place) {
                place.prefix = .any
                if !bound.contains(place) { reason = "accepted there; the bind was not seen" }
            }
            let rule = ListenRule(
                proto: endpoint.proto, prefix: place.prefix, ports: endpoint.port...endpoint.port,
                evidence: evidence, reason: reason)
            if rules[place] == nil {
                rules[place] = rule
            } else {
                rules[place]?.evidence?.merge(evidence)
            }
        }
        return ephemeral(Array(rules.values))
    }

    /// Which port a program gets that asks for any is the kernel's choice from this range, unless
    /// the node has another (`net.ipv4.ip_local_port_range`).
    static let ephemeralPorts: ClosedRange<UInt16> = 32_768...60_999
    /// From the least to the greatest: ports that people choose lie side by side.
    private static let leastSpread: UInt16 = 10_000

    private struct Place: Hashable {
        var proto: TransportProtocol
        var prefix: Prefix
    }

    /// Ports of that range, as far apart as nobody chooses them, as the range.
    private static func ephemeral(_ rules: [ListenRule]) -> [ListenRule] {
        let isInRange = { (rule: ListenRule) in ephemeralPorts.contains(rule.ports.lowerBound) }
        let places = Dictionary(grouping: rules.filter(isInRange)) {
            Place(proto: $0.proto, prefix: $0.prefix)
        }
        return rules.filter { !isInRange($0) }
            + places.flatMap { place, members -> [ListenRule] in
                let members = members.sorted { $0.ports.lowerBound < $1.ports.lowerBound }
                let ports = members.map(\.ports.lowerBound)
                guard var rule = members.first, members.count >= leastAddresses,
                    let last = ports.last, last - ports[0] >= leastSpread
                else { return members }
                for member in members.dropFirst() {
                    if let evidence = member.evidence { rule.evidence?.merge(evidence) }
                }
                rule.ports = ephemeralPorts
                rule.reason =
                    "\(ports.count) ports of the ephemeral range, for example "
                    + ports.prefix(namedExamples).map { "\($0)" }.joined(separator: ", ")
                return [rule]
            }
    }

    private static func local(_ endpoint: Endpoint) -> Network {
        let isAny = Prefix.isUnspecified(endpoint.address)
        return Network(
            proto: endpoint.proto, port: endpoint.port,
            prefix: isAny ? .any : Prefix(endpoint.address))
    }

    private static func merged(_ members: [(Endpoint, Evidence)]) -> Evidence? {
        guard var result = members.first?.1 else { return nil }
        for (_, evidence) in members.dropFirst() { result.merge(evidence) }
        if let first = members.map(\.0).min() { result.note(example: first.description) }
        return result
    }
}
