import ContainerHarness
import Testing

/// Without loadline every attack succeeds: a check that cannot fail proves nothing.
@Suite(.serialized) struct AttackTests {
    private func expectAllToHappen<Service: ContainerService>(
        _ attacks: [Attack], _ service: Service, _ canary: Canary
    ) throws {
        let container = try service.start()
        defer { container.delete() }
        let target = try AttackTarget(container, canary: canary)
        defer { target.close() }
        #expect(try service.answers(in: container))
        for attack in attacks {
            let effect = try attack.run(target)
            #expect(effect.happened, "\(attack.name) \(effect)")
        }
        #expect(try service.answers(in: container), "\(container.output)")
        #expect(Set(attacks.map(\.name)).count == attacks.count)
    }

    @Test func perl() throws {
        let service = PerlService()
        try expectAllToHappen(PerlAttacks(service).all, service, service.canary)
    }

    @Test func foreign() throws {
        let service = PerlService()
        try expectAllToHappen(ForeignAttacks.all, service, service.canary)
    }

    @Test func nginx() throws {
        let service = NginxService()
        try expectAllToHappen(NginxAttacks(service).all, service, service.canary)
    }

    @Test func redis() throws {
        let service = RedisService()
        try expectAllToHappen(RedisAttacks(service).all, service, service.canary)
    }

    /// And a check finds nothing where the act fails by itself.
    @Test func whatCannotHappenIsNotReported() throws {
        let service = PerlService()
        let container = try service.start()
        defer { container.delete() }
        let target = try AttackTarget(container, canary: Canary())
        target.close()
        for attack in PerlAttacks(service).all where attack.dimension == .egress {
            // UDP to a port where nobody listens is sent all the same, and nobody gets it.
            let effect = try attack.run(target)
            #expect(!effect.happened, "\(attack.name) \(effect)")
        }
        let reading = PerlAttacks(service).all.filter { $0.name.hasSuffix("shadow") }
        #expect(reading.count == 2)
        for attack in reading {
            #expect(try !attack.run(target).happened, "it showed another canary")
        }
    }
}
