import ContainerHarness
import Foundation
import Glibc

/// The return of system calls, which every call of a kernel pays for while something hangs there.
final class SystemCallReturns: Codable {
    /// Nanoseconds that a call which does nothing takes.
    let free: Double
    /// While a container is held by what refuses, and none is recorded.
    var held: Double?
    /// While one is learned.
    var recorded: Double?

    init() { free = Self.cost() }

    var words: String {
        func times(_ cost: Double?) -> String {
            cost.map { String(format: "%.2f", $0 / free) } ?? "not measured"
        }
        return "a call that does nothing takes \(times(held)) times as long while containers are "
            + "held, and \(times(recorded)) times while one is learned"
    }

    /// Of what any process pays, watched or not. The least of many: who is interrupted takes longer.
    static func cost() -> Double {
        let (rounds, calls) = (200, 1_000)
        let clock = ContinuousClock()
        let least = (0..<rounds).map { _ in
            clock.measure { for _ in 0..<calls { _ = getppid() } }
        }.min()
        return (least ?? .zero) / .nanoseconds(calls)
    }

    /// Whether some program hangs there.
    static func areHooked() throws -> Bool {
        struct Link: Decodable { var tp_name: String? }
        let shown = try Command.run(["bpftool", "--json", "link", "show"])
            .expectSuccess("bpftool link show")
        return try JSONDecoder().decode([Link].self, from: Data(shown.stdout.utf8))
            .contains { $0.tp_name == "sys_exit" }
    }

    /// Where gates refuse, nothing is left there once all containers are held by them.
    static func waitForNone() throws {
        let deadline = Date(timeIntervalSinceNow: 15 * Patience.factor)
        while try areHooked() {
            guard Date() < deadline else {
                throw HarnessError("a program hangs at the return of system calls all the time")
            }
            usleep(200_000)
        }
    }
}
