import Foundation
import Glibc

/// Listens in a container's network, from outside of the container, and tells what came:
/// TCP and UDP, IPv4 and IPv6.
public final class EgressListener: Sendable {
    /// The port that attacks send to.
    public static let port: UInt16 = 2345

    private let command: Command

    /// - Parameter keepsReading: a connection is read to its end; otherwise it is closed after
    ///   the first bytes, so that an attack has nothing to wait for.
    public init(
        in container: RuncContainer, port: UInt16 = EgressListener.port, keepsReading: Bool = false
    ) throws {
        try RequiredTool.require(.perl, .nsenter)
        command = try Command(
            container.inNetwork(
                ["perl", "-e", PerlScripts.listener, String(port)]
                    + (keepsReading ? ["keep"] : [])))
        let deadline = Date(timeIntervalSinceNow: 5)
        while !command.output.hasPrefix("ready") {
            guard command.isRunning, Date() < deadline else {
                let result = command.wait(timeout: 0)
                throw HarnessError("the listener on port \(port) did not start: \(result.stderr)")
            }
            usleep(2_000)
        }
    }

    /// `connection`, `tcp BYTES` and `udp BYTES`, in order of arrival; unprintable bytes as `.`.
    public var arrivals: [String] {
        command.output.split(separator: "\n").dropFirst().map(String.init)
    }

    /// What came after the first `count` arrivals, as soon as something did, or nothing after
    /// `timeout` seconds.
    func arrivals(after count: Int, timeout: Double) -> [String] {
        let deadline = Date(timeIntervalSinceNow: timeout)
        while arrivals.count <= count, Date() < deadline { usleep(5_000) }
        return Array(arrivals.dropFirst(count))
    }

    public func stop() { command.stop() }
}
