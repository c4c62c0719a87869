/// A small server that answers `ping`, and on other requests misbehaves in its own process, as
/// a service does once an attacker has taken it over.
///
/// A worker process serves each connection, so a killed worker leaves the service alive. All
/// that the acts need is loaded at the start: an act touches nothing but its object.
public struct PerlService: ContainerService {
    public let name = "perl"
    public let port: UInt16
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .perl, .nsenter]
    public static let script = "/srv/service.pl"

    public init(port: UInt16 = 7000, canary: Canary = Canary()) {
        self.port = port
        self.canary = canary
    }

    public var command: [String] { ["/usr/bin/perl", Self.script, String(port)] }

    public var files: [ContainerFile] {
        canary.files + [
            ContainerFile(Self.script, PerlScripts.service),
            ContainerFile("/etc/cron.d/", "", mode: 0o755),
        ]
    }

    /// Sends one request: a word and its arguments, without tabs or line ends.
    /// - Returns: the reply; empty where the worker was killed.
    public func request(_ words: [String], in container: RuncContainer) throws -> String {
        try Probe.exchange(in: container, port: port, words.joined(separator: "\t") + "\n")
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        try request(["ping"], in: container) == "pong\n"
    }
}
