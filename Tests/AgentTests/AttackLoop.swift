import ContainerHarness
import Foundation

/// A container's own process that tries, without pause, to run a program, to read a secret and to
/// reach an address. Whoever gets through says so over the connection that began it.
final class AttackLoop: @unchecked Sendable {
    /// What came of it: tries of each sort, and how many got through.
    struct Tally: Sendable, CustomStringConvertible {
        var tried: [String: Int] = [:]
        var through: [String: Int] = [:]
        var runs = 0
        /// Replies that were none.
        var broken: [String] = []

        var description: String {
            let count = { (counts: [String: Int]) in
                AttackLoop.sorts.map { "\($0) \(counts[$0, default: 0])" }.joined(separator: ", ")
            }
            return "\(runs) runs; tried \(count(tried)); got through \(count(through))"
        }

        var throughInAll: Int { through.values.reduce(0, +) }
        var triedInAll: Int { tried.values.reduce(0, +) }
    }

    static let sorts = ["exec", "read", "egress"]
    private let service: PerlService
    private let container: RuncContainer
    private let seconds: Int
    private let stopping = Locked(false)
    private let tally = Locked(Tally())
    private let ended = DispatchSemaphore(value: 0)
    private let workers: Int

    /// - Parameters:
    ///   - workers: who take turns, so that one is always at it.
    ///   - seconds: of one request.
    init(_ service: PerlService, _ container: RuncContainer, workers: Int = 1, seconds: Int = 10) {
        self.service = service
        self.container = container
        self.workers = workers
        self.seconds = seconds
    }

    func start() {
        for worker in 0..<workers {
            Thread { [self] in
                usleep(UInt32(worker * seconds * 1_000_000 / workers))
                while !stopping.value { round() }
                ended.signal()
            }.start()
        }
    }

    /// Lets the rounds under way end.
    func stop() -> Tally {
        stopping.set(true)
        for _ in 0..<workers { ended.wait() }
        return tally.value
    }

    /// One request, to its end.
    @discardableResult
    func round() -> Tally {
        let code = Self.code.replacingOccurrences(of: "SECONDS", with: String(seconds))
        let hex = code.utf8.map { String(format: "%02x", $0) }.joined()
        let reply = (try? service.request(["eval", hex], in: container)) ?? "no reply"
        let fields = reply.split(separator: " ").map(String.init)
        let stopped = stopping.value
        tally.update { tally in
            tally.runs += 1
            guard fields.first == "loop", fields.count == 7 else {
                if !stopped { tally.broken.append(String(reply.prefix(300))) }
                return
            }
            for (index, sort) in Self.sorts.enumerated() {
                tally.tried[sort, default: 0] += Int(fields[1 + index]) ?? 0
                tally.through[sort, default: 0] += Int(fields[4 + index]) ?? 0
            }
        }
        return tally.value
    }

    /// A child tries each time: in the mode `signal` it is killed for it.
    private static let code = #"""
        my (%tried, %through);
        $SIG{CHLD} = 'DEFAULT';
        my $end = time + SECONDS;
        while (time < $end) {
            for my $act (qw(exec read egress)) {
                pipe(my $in, my $out) or die;
                my $pid = fork();
                die unless defined $pid;
                if ($pid == 0) {
                    close($in);
                    if ($act eq 'exec') {
                        POSIX::dup2(fileno($out), 1);
                        no warnings;
                        exec { '/bin/echo' } 'echo', 'through';
                    } elsif ($act eq 'read') {
                        if (open(my $file, '<', '/etc/shadow')) {
                            my $line = <$file>;
                            syswrite($out, 'through') if defined $line;
                        }
                    } else {
                        socket(my $s, PF_INET, SOCK_STREAM, 0);
                        my $to = pack_sockaddr_in(9, inet_aton('127.0.0.1'));
                        syswrite($out, 'through')
                            if connect($s, $to) || $! == POSIX::ECONNREFUSED();
                    }
                    POSIX::_exit(0);
                }
                close($out);
                my $got = '';
                sysread($in, $got, 100);
                close($in);
                waitpid($pid, 0);
                $tried{$act}++;
                $through{$act}++ if length $got;
            }
        }
        $SIG{CHLD} = 'IGNORE';
        return join(' ', 'loop', map({ $tried{$_} // 0 } qw(exec read egress)),
            map({ $through{$_} // 0 } qw(exec read egress)));
        """#
}
