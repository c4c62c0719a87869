import ContainerHarness
import Foundation

extension AttackTarget {
    /// Runs perl in the container with a descriptor, number 3, that a program of the host has
    /// opened.
    /// - Parameter opens: perl of the host, in the container's network: what makes `$s`.
    func exec(_ script: String, givenWhat opens: String) throws -> CommandResult {
        let passes = """
            use POSIX (); BEGIN { $^F = 20 } \(opens)
            POSIX::dup2(fileno($s), 3) if fileno($s) != 3;
            exec('runc', 'exec', '--preserve-fds', '1', '\(container.id)',
                '/usr/bin/perl', '-e', @ARGV);
            """
        return try container.runInNetwork(["perl", "-e", passes, script])
    }

    /// Whether bytes arrive at a UNIX socket in the container's tree at which the host listens.
    /// - Parameter type: 1 a stream, 2 datagrams.
    func reached(
        by path: String, type: Int = 1, _ body: (String) throws -> String
    ) throws -> Effect {
        let place = container.rootDirectory + path
        try? FileManager.default.removeItem(atPath: place)
        return try reached(["perl", "-e", Self.listener, place, "\(type)"], body)
    }

    /// Whether bytes arrive at an abstract UNIX socket of the container's network namespace at
    /// which a process listens that is not of the container.
    /// - Parameter type: 1 a stream, 2 datagrams.
    func reached(
        byAbstract name: String, type: Int, _ body: (String) throws -> String
    ) throws -> Effect {
        try reached(
            container.inNetwork(["perl", "-e", Self.listener, "@" + name, "\(type)"]), body)
    }

    private static let listener = #"""
        $| = 1; my ($at, $type) = @ARGV; (my $name = $at) =~ s/^@/\0/;
        socket(my $s, 1, $type, 0); bind($s, pack("Sa*", 1, $name)) or die "bind $!";
        if ($at !~ /^@/) { chmod(0777, $at); } if ($type == 1) { listen($s, 4); }
        print "ready\n"; my $parent = getppid();
        while (getppid() == $parent) { my $b = ''; vec($b, fileno($s), 1) = 1;
            select($b, undef, undef, 0.2) > 0 or next; my $p = $s;
            if ($type == 1) { undef $p; accept($p, $s) or next; }
            sysread($p, my $d, 4096); print "$d\n"; }
        """#

    private func reached(
        _ command: [String], _ body: (String) throws -> String
    ) throws -> Effect {
        let token = Canary.token()
        let listener = try Command(command)
        defer { listener.stop() }
        let end = Patience.deadline(30)
        while !listener.output.contains("ready") {
            guard listener.isRunning, Date() < end else {
                throw HarnessError(
                    "no listener, \(command.last ?? ""): \(listener.wait(timeout: 0).stderr)")
            }
            usleep(5_000)
        }
        let reply = try body(token)
        let last = Patience.deadline(0.5)
        while !listener.output.contains(token), Date() < last { usleep(5_000) }
        if listener.output.contains(token), !reply.contains("sent") {
            return .happenedAndEnded(evidence: "the socket got the token")
        }
        return Effect.byText(
            listener.output + reply.prefix(60), has: token, what: "the socket got the token")
    }
}
