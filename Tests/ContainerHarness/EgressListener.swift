import Foundation
import Glibc
import Synchronization

/// Listens in a container's network, from outside of the container, and tells what came:
/// TCP and UDP, IPv4 and IPv6.
public final class EgressListener: Sendable {
    /// The port that attacks send to.
    public static let port: UInt16 = 2345
    private static let marker = "marker "

    private let command: Command
    private let isStopped = Atomic<Bool>(false)

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
        let deadline = Patience.deadline(20)
        while !command.output.hasPrefix("ready\n") {
            guard command.isRunning, Date() < deadline else {
                let result = command.wait(timeout: 0)
                throw HarnessError("the listener on port \(port) did not start: \(result.stderr)")
            }
            usleep(2_000)
        }
    }

    /// `connection`, `tcp BYTES` and `udp BYTES`, in order of arrival; unprintable bytes as `.`.
    public var arrivals: [String] {
        lines.filter { !$0.hasPrefix(Self.marker) }.map(String.init)
    }

    /// All that was sent to it before this call: it sends itself markers, by TCP and by UDP,
    /// and has what stood before them in its queues once it has them.
    public func settledArrivals() throws -> [String] {
        guard !isStopped.load(ordering: .relaxed) else { return arrivals }
        let before = markers
        command.signal(SIGUSR1)
        let deadline = Patience.deadline(10)
        while markers < before + 2 {
            guard command.isRunning, Date() < deadline else {
                throw HarnessError("the listener got no marker after \(lines.suffix(10))")
            }
            usleep(1_000)
        }
        return arrivals
    }

    public func stop() {
        isStopped.store(true, ordering: .relaxed)
        command.stop()
    }

    private var lines: ArraySlice<Substring> { command.output.wholeLines.dropFirst() }

    private var markers: Int { lines.count { $0.hasPrefix(Self.marker) } }
}
