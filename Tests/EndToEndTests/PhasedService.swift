import ContainerHarness
import Foundation

/// A server below a supervisor. At its start, and when it is told to reload, it writes to a file
/// and runs a program; on demand it does that again while it serves. It gives a file away then, too,
/// and on demand.
struct PhasedService: ContainerService {
    let name = "phased"
    let port: UInt16 = 7100
    let canary = Canary()
    let tools: [RequiredTool] = [.runc, .perl, .nsenter]
    static let script = "/srv/phased.pl"
    static let state = "/srv/state/log"

    var command: [String] { ["/usr/bin/perl", Self.script, String(port), Self.state] }

    var files: [ContainerFile] {
        canary.files + [
            ContainerFile(Self.script, Self.program), ContainerFile("/srv/state/", "", mode: 0o755),
            ContainerFile("/srv/owned", ""),
        ]
    }

    private static let program = #"""
        use strict; use warnings; use Socket qw(:all); use POSIX ();
        my ($port, $state) = @ARGV;
        sub prepare {
            open(my $out, '>>', $state) or die "open: $!";
            syswrite($out, "prepared\n"); close($out);
            system('/bin/true') == 0 or die "true: $?";
        }
        sub own { return chown(1, 1, '/srv/owned'); }
        sub serve {
            prepare(); own();
            $SIG{HUP} = sub { prepare(); own(); };
            socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
            setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
            bind($server, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
            listen($server, 64) or die "listen: $!";
            while (1) {
                accept(my $client, $server) or next;
                my $word = <$client> // next; chomp $word;
                if ($word eq 'again') { prepare(); syswrite($client, "done\n"); }
                elsif ($word eq 'run') { system('/bin/true'); syswrite($client, "ran $?\n"); }
                elsif ($word eq 'own') { syswrite($client, "owned " . own() . "\n"); }
                elsif ($word eq 'signal') { kill 'HUP', $$; syswrite($client, "sent\n"); }
                else { syswrite($client, "pong $$\n"); }
            }
        }
        while (1) {
            my $child = fork();
            if (!$child) { serve(); POSIX::_exit(0); }
            waitpid($child, 0);
        }
        """#

    func request(_ word: String, in container: RuncContainer) throws -> String {
        try Probe.exchange(in: container, port: port, word + "\n")
    }

    func answers(in container: RuncContainer) throws -> Bool {
        try request("ping", in: container).hasPrefix("pong ")
    }

    /// How often it has done what belongs to its start.
    func preparations(in container: RuncContainer) throws -> Int {
        try container.contents(of: Self.state)?.split(separator: "\n").count ?? 0
    }

    /// The server's process, as the host knows it.
    func server(in container: RuncContainer) throws -> Int32 {
        let parent = try container.pid()
        let path = "/proc/\(parent)/task/\(parent)/children"
        let children = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
        guard let child = children.first.flatMap({ Int32($0) }) else {
            throw HarnessError("the supervisor has no child: \(container.output)")
        }
        return child
    }
}
