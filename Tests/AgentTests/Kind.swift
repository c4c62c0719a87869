import ContainerHarness
import Foundation

/// A kind of container that the tests run.
enum Kind: String, CaseIterable, Sendable {
    case nginx, redis, perl

    /// A new service of the kind with secrets of its own.
    func service() -> any ContainerService {
        switch self {
        case .nginx: NginxService()
        case .redis: RedisService()
        case .perl: PerlService()
        }
    }

    func attacks(on service: any ContainerService) -> [Attack] {
        let own: [Attack] =
            switch service {
            case let service as NginxService: NginxAttacks(service).all
            case let service as RedisService: RedisAttacks(service).all
            case let service as PerlService: PerlAttacks(service).all
            default: []
            }
        return own + ForeignAttacks.all
    }

    /// Shows everything that the kind does when nothing is wrong.
    func exercise(_ service: any ContainerService, _ container: RuncContainer) throws {
        for _ in 0..<5 where try !service.answers(in: container) {
            throw HarnessError("\(container.id) does not answer: \(container.output)")
        }
        switch self {
        case .nginx: _ = try Load.nginx(container, seconds: 2, connections: 4)
        // Enough for a snapshot, which redis writes two seconds later.
        case .redis: _ = try Load.redis(container, requests: 2_000, seconds: 4)
        case .perl: break
        }
    }
}
