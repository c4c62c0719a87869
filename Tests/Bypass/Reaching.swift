import ContainerHarness
import Foundation

extension AttackTarget {
    /// Whether bytes arrive at a UNIX socket in the container's tree at which the host listens.
    func reached(by path: String, _ body: (String) throws -> String) throws -> Effect {
        let token = Canary.token()
        let place = container.rootDirectory + path
        try? FileManager.default.removeItem(atPath: place)
        let script = #"""
            use Socket; $| = 1; socket(my $s, 1, 1, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die "bind $!";
            chmod(0777, $ARGV[0]); listen($s, 4); print "ready\n"; my $parent = getppid();
            while (getppid() == $parent) { my $b = ''; vec($b, fileno($s), 1) = 1;
                select($b, undef, undef, 0.2) > 0 or next; accept(my $p, $s) or next;
                sysread($p, my $d, 4096); print "$d\n"; }
            """#
        let listener = try Command(["perl", "-e", script, place])
        defer { listener.stop() }
        let end = Patience.deadline(30)
        while !listener.output.contains("ready") {
            guard listener.isRunning, Date() < end else {
                throw HarnessError("no listener at \(place): \(listener.wait(timeout: 0).stderr)")
            }
            usleep(5_000)
        }
        let reply = try body(token)
        let last = Patience.deadline(0.5)
        while !listener.output.contains(token), Date() < last { usleep(5_000) }
        return Effect.byText(
            listener.output + reply.prefix(60), has: token, what: "the socket got the token")
    }
}
