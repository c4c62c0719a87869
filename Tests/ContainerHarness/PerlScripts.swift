/// Programs for perl-base, which every Debian machine and most images have.
enum PerlScripts {
    #if arch(x86_64)
        static let memfdCreate = 319
        static let execveat = 322
    #else
        static let memfdCreate = 279
        static let execveat = 281
    #endif

    /// Executes a program that was never a file: HEX is its content.
    static let memfd = """
        sub run_memfd {
            my ($hex) = @_;
            my $name = "x";
            my $fd = syscall(\(memfdCreate), $name, 0);
            return "error memfd_create $!" if $fd < 0;
            open(my $out, ">&=", $fd) or return "error $!";
            binmode $out; syswrite($out, pack("H*", $hex));
            my ($path, $argv) = ("", pack("p", "x") . pack("Q", 0));
            my $env = pack("Q", 0);
            syscall(\(execveat), $fd, $path, $argv, $env, 0x1000);
            return "error execveat $!";
        }

        """

    static let service = #"""
        use strict; use warnings; use Socket qw(:all); use POSIX ();
        my ($port) = @ARGV;
        my $client;
        $SIG{CHLD} = 'IGNORE'; $SIG{PIPE} = 'IGNORE';
        socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
        setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
        bind($server, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
        listen($server, 64) or die "listen: $!";

        sub destination {
            my ($address, $port) = @_;
            return $address =~ /:/
                ? (PF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)))
                : (PF_INET, pack_sockaddr_in($port, inet_pton(AF_INET, $address)));
        }
        sub act_read {
            my ($path) = @_;
            open(my $in, '<', $path) or return "error $!";
            local $/; return "ok " . <$in>;
        }
        sub act_write {
            my ($path, $text) = @_;
            open(my $out, '>', $path) or return "error $!";
            print $out $text; close($out) or return "error $!";
            return "ok";
        }
        sub act_tcp {
            my ($address, $port, $token) = @_;
            my ($family, $to) = destination($address, $port);
            socket(my $s, $family, SOCK_STREAM, 0) or return "error socket $!";
            connect($s, $to) or return "error connect $!";
            syswrite($s, $token); return "ok";
        }
        sub act_udp {
            my ($address, $port, $token) = @_;
            my ($family, $to) = destination($address, $port);
            socket(my $s, $family, SOCK_DGRAM, 0) or return "error socket $!";
            defined send($s, $token, 0, $to) or return "error send $!";
            return "ok";
        }
        sub act_udpconnected {
            my ($address, $port, $token) = @_;
            my ($family, $to) = destination($address, $port);
            socket(my $s, $family, SOCK_DGRAM, 0) or return "error socket $!";
            connect($s, $to) or return "error connect $!";
            defined send($s, $token, 0) or return "error send $!";
            return "ok";
        }
        sub act_listen {
            my ($port, $token) = @_;
            socket(my $s, PF_INET, SOCK_STREAM, 0) or return "error socket $!";
            setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
            bind($s, pack_sockaddr_in($port, INADDR_ANY)) or return "error bind $!";
            listen($s, 1) or return "error listen $!";
            syswrite($client, "ok listening\n");
            my $ready = ''; vec($ready, fileno($s), 1) = 1;
            select($ready, undef, undef, 20) or return "nobody came";
            accept(my $peer, $s) or return "error accept $!";
            syswrite($peer, $token); return "served";
        }
        sub captured {
            my ($input, $program) = @_;
            pipe(my $in, my $feed) or return "error $!";
            pipe(my $out, my $result) or return "error $!";
            $SIG{CHLD} = 'DEFAULT';
            my $pid = fork();
            if ($pid == 0) {
                POSIX::dup2(fileno($in), 0); POSIX::dup2(fileno($result), 1);
                POSIX::dup2(fileno($result), 2);
                syswrite(STDOUT, $program->()); POSIX::_exit(126);
            }
            close($in); close($result);
            syswrite($feed, $input); close($feed);
            my $text = do { local $/; <$out> };
            waitpid($pid, 0);
            return "status $? " . (defined $text ? $text : "");
        }
        sub act_exec {
            my ($input, @command) = @_;
            return captured($input, sub { no warnings; exec { $command[0] } @command; "error $!" });
        }
        # Whatever an attacker makes the service do: code as hex; its value is the reply.
        sub act_eval {
            my ($hex) = @_;
            my $reply = eval pack("H*", $hex);
            return defined $reply ? $reply : "error $@";
        }
        sub act_memfd { my ($hex) = @_; return captured("", sub { run_memfd($hex) }); }

        """# + memfd + #"""
            my %acts = (
                ping => sub { "pong\n" }, read => \&act_read, write => \&act_write,
                tcp => \&act_tcp, udp => \&act_udp, udpconnected => \&act_udpconnected,
                listen => \&act_listen, exec => \&act_exec, memfd => \&act_memfd,
                eval => \&act_eval,
            );
            while (1) {
                accept($client, $server) or next;
                my $pid = fork();
                if (defined $pid && $pid == 0) {
                    close($server);
                    my $line = '';
                    while ($line !~ /\n/ && length($line) < 1_000_000) {
                        sysread($client, $line, 65536, length($line)) or last;
                    }
                    chomp $line;
                    my ($act, @arguments) = split(/\t/, $line, -1);
                    my $run = $acts{defined $act ? $act : ''};
                    my $reply = $run ? $run->(@arguments) : "error unknown act";
                    syswrite($client, $reply);
                    POSIX::_exit(0);
                }
                close($client);
            }
            """#

    /// Sends its standard input to a port and prints the reply; with a second port, reads one
    /// line of the reply first, then prints what the second port sends.
    static let exchange = #"""
        use strict; use Socket qw(:all);
        my ($port, $timeout, $second) = @ARGV;
        alarm $timeout;
        sub open_port {
            socket(my $s, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
            connect($s, pack_sockaddr_in($_[0], INADDR_LOOPBACK)) or return;
            return $s;
        }
        $| = 1; local $/; my $request = <STDIN>;
        my $s = open_port($port) or die "connect: $!";
        syswrite($s, $request);
        if ($second) { $/ = "\n"; print scalar <$s>; $s = open_port($second) or exit 0; }
        while (sysread($s, my $part, 65536)) { print $part; }
        """#

    /// Writes every connection and every byte that comes to a port, TCP or UDP, IPv4 or IPv6,
    /// as one line each. It ends with the test that started it, however that ends. On SIGUSR1 it
    /// has a child send markers, as nobody accepts meanwhile; their ports tell them apart.
    static let listener = #"""
        use strict; use Socket qw(:all);
        my ($port, $keep) = @ARGV;
        $| = 1;
        my $any = pack_sockaddr_in6($port, IN6ADDR_ANY);
        socket(my $tcp, PF_INET6, SOCK_STREAM, 0) or die "socket: $!";
        socket(my $udp, PF_INET6, SOCK_DGRAM, 0) or die "socket: $!";
        setsockopt($_, IPPROTO_IPV6, IPV6_V6ONLY, 0) for $tcp, $udp;
        setsockopt($tcp, SOL_SOCKET, SO_REUSEADDR, 1);
        bind($_, $any) or die "bind: $!" for $tcp, $udp;
        listen($tcp, 16) or die "listen: $!";
        my (%open, %markers, $asked);
        $SIG{CHLD} = 'IGNORE'; $SIG{USR1} = sub { $asked = 1 };
        sub send_markers {
            my @sockets;
            for my $type (SOCK_STREAM, SOCK_DGRAM) {
                socket(my $s, PF_INET, $type, 0) or die "socket: $!";
                bind($s, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
                my ($from) = unpack_sockaddr_in(getsockname($s));
                $markers{"$type $from"} = 1;
                push @sockets, $s;
            }
            defined(my $child = fork()) or die "fork: $!";
            return if $child;
            my $to = pack_sockaddr_in($port, INADDR_LOOPBACK);
            for my $s (@sockets) { connect($s, $to) or die "connect: $!"; send($s, "x", 0); }
            exit 0;
        }
        sub is_marker {
            my ($type, $address) = @_;
            my ($from) = unpack_sockaddr_in6($address);
            return delete $markers{"$type $from"};
        }
        sub report {
            my ($kind, $data, $is_marker) = @_;
            $data =~ s/[^ -~]/./g; print $is_marker ? "marker $kind\n" : "$kind $data\n";
        }
        print "ready\n";
        my $parent = getppid();
        while (getppid() == $parent) {
            if ($asked) { $asked = 0; send_markers(); }
            my $bits = '';
            vec($bits, $_, 1) = 1 for fileno($tcp), fileno($udp), keys %open;
            select($bits, undef, undef, 0.5) > 0 or next;
            if (vec($bits, fileno($udp), 1)) {
                defined(my $from = recv($udp, my $data, 65536, 0)) or next;
                report('udp', $data, is_marker(SOCK_DGRAM, $from));
            }
            # Before further connections: what an earlier one sent is read before a marker.
            for my $fd (keys %open) {
                next unless vec($bits, $fd, 1);
                my ($peer, $is_marker) = @{$open{$fd}};
                my $count = sysread($peer, my $data, 65536);
                if ($count) { report('tcp', $data, $is_marker); }
                delete $open{$fd} unless $count && $keep;
            }
            if (vec($bits, fileno($tcp), 1)) {
                my $from = accept(my $peer, $tcp) or next;
                my $is_marker = is_marker(SOCK_STREAM, $from);
                print "connection\n" unless $is_marker;
                $open{fileno($peer)} = [$peer, $is_marker];
            }
        }
        """#
}
