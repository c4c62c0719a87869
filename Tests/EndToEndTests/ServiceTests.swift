import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// The main job: learned, held under the same load, attacked.
    @Suite(.serialized) struct Services {
        @Test func nginxAndRedis() async throws {
            try await EndToEnd.withFolder { folder in
                let nginxService = NginxService()
                let redisService = RedisService()
                let nginx = try HeldService(nginxService, in: folder) {
                    try Load.nginx($0, seconds: $1)
                }
                let redis = try HeldService(redisService, in: folder) { container, seconds in
                    let figures = try Load.redis(container, seconds: Double(seconds))
                    // Each has a file of its own; learning takes three for a pattern.
                    try redisService.loadUntilSnapshots(3, in: container)
                    return figures
                }
                // Side by side, as on a node, each with a loadline of its own.
                let seconds = EndToEnd.seconds
                try await inParallel([
                    { try nginx.learn(seconds: seconds) }, { try redis.learn(seconds: seconds) },
                ])
                let watches = [try nginx.watch(), try redis.watch()]
                try await inParallel([
                    { try nginx.hold(watches[0], seconds: 2 * seconds) },
                    { try redis.hold(watches[1], seconds: 2 * seconds) },
                ])
                try attack(nginx, nginxService.canary, NginxAttacks(nginxService).all, watches[0])
                let attacks = RedisAttacks(redisService).all
                let (fatal, harmless) = (attacks.prefix(1), attacks.dropFirst())
                #expect(fatal.map(\.name) == ["redis-write-cron"])
                try attack(redis, redisService.canary, Array(harmless), watches[1])
                try stopWithTheService(redis, redisService.canary, fatal[0])
            }
        }

        /// The child that writes a snapshot is killed; then redis itself opens what the child
        /// left, to clear up, and that ends it too. It comes back under the same profile.
        private func stopWithTheService(
            _ held: HeldService, _ canary: Canary, _ attack: Attack
        ) throws {
            let watch = try held.watch()
            let target = try AttackTarget(held.container, canary: canary)
            defer { target.close() }
            try held.expectStopped(attack, target, watch)
            #expect(try watch.end() == 3)
            #expect(watch.output.contains("the container ended"), "\(watch.output)")
            held.container.delete()

            try held.container.create()
            let again = try held.watch()
            try held.container.start()
            try held.container.waitUntilListening(held.service.port)
            try held.hold(again, seconds: 2)
            #expect(try again.stop() == 0, "\(again.output)")
        }

        @Test func perl() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    try pings(service, container, seconds)
                }
                let seconds = min(EndToEnd.seconds, 6)
                try held.learn(seconds: seconds)
                let watch = try held.watch()
                try held.hold(watch, seconds: seconds)
                try attack(held, service.canary, PerlAttacks(service).all, watch)
            }
        }

        /// Stopped while watched; not stopped afterwards, which proves what stopped them.
        private func attack(
            _ held: HeldService, _ canary: Canary, _ own: [Attack], _ watch: LoadlineProcess
        ) throws {
            let target = try AttackTarget(held.container, canary: canary)
            defer { target.close() }
            try held.expectStopped(own + ForeignAttacks.all, target, watch)
            let printed = try watch.alerts().count
            #expect(try watch.stop() == 3, "\(watch.output)")
            #expect(watch.output.contains(" decisions, "), "\(watch.output)")
            #expect(watch.losses == [])
            #expect(printed >= own.count + ForeignAttacks.all.count)
            var seen: Set<Attack.Dimension> = []
            for attack in own + ForeignAttacks.all where seen.insert(attack.dimension).inserted {
                let effect = try attack.run(target)
                #expect(effect.happened, "without loadline: \(attack.name) \(effect)")
            }
        }
    }
}

/// The perl service's own load.
func pings(
    _ service: PerlService, _ container: RuncContainer, _ seconds: Int
) throws -> LoadFigures {
    let begin = Date()
    var figures = LoadFigures(requests: 0, seconds: 0, errors: 0)
    repeat {
        if try !service.answers(in: container) { figures.errors += 1 }
        figures.requests += 1
        figures.seconds = Date().timeIntervalSince(begin)
    } while figures.seconds < Double(seconds)
    return figures
}
