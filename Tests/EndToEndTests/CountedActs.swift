import ContainerHarness

/// A program whose every act is counted in advance.
enum CountedActs {
    static let files = 20
    static let readSize = 1_000
    static let writtenFiles = 6
    static let writesPerFile = 4
    static let children = 5
    static let tcpWrites = 10
    static let tcpWriteSize = 1_500
    static let datagrams = 3
    static let datagramSize = 333

    /// Bytes of the file with this number, from 1.
    static func size(_ number: Int) -> Int { number * 777 }
    /// Bytes of one write to the file with this number.
    static func writeSize(_ number: Int) -> Int { number * 100 + 1 }
    /// Reads until nothing more comes, that last one included.
    static func reads(_ number: Int) -> Int {
        (size(number) + readSize - 1) / readSize + 1
    }

    static let path = "/srv/acts.pl"
    static let command = ["/usr/bin/perl", path]

    static var inputs: [ContainerFile] {
        (1...files).map { number in
            ContainerFile(
                "/srv/data/\(number).txt", Array(repeating: UInt8(ascii: "x"), count: size(number)))
        } + [ContainerFile("/srv/out/", ""), ContainerFile(path, script)]
    }

    private static let script = """
        use strict; use warnings; use Socket qw(:all); use Fcntl; use POSIX ();
        for my $number (1..\(files)) {
            sysopen(my $in, "/srv/data/$number.txt", O_RDONLY) or die "open $!";
            my $got = 0;
            while (my $count = sysread($in, my $part, \(readSize))) { $got += $count; }
            $got == $number * 777 or die "read $got";
            close($in);
        }
        for my $number (1..\(writtenFiles)) {
            sysopen(my $out, "/srv/out/$number", O_WRONLY | O_CREAT | O_EXCL, 0644) or die "open $!";
            for (1..\(writesPerFile)) { syswrite($out, "y" x ($number * 100 + 1)) or die "write $!"; }
            close($out);
        }
        for (1..\(children)) { system { "/bin/true" } "true", "child"; }
        mkdir("/srv/out/d") or die "mkdir $!";
        rename("/srv/out/1", "/srv/out/d/moved") or die "rename $!";
        link("/srv/out/2", "/srv/out/hard") or die "link $!";
        symlink("/srv/out/3", "/srv/out/soft") or die "symlink $!";
        unlink("/srv/out/d/moved") or die "unlink $!";
        rmdir("/srv/out/d") or die "rmdir $!";
        my $to = pack_sockaddr_in(2345, INADDR_LOOPBACK);
        socket(my $tcp, PF_INET, SOCK_STREAM, 0) or die "socket $!";
        connect($tcp, $to) or die "connect $!";
        for (1..\(tcpWrites)) { syswrite($tcp, "t" x \(tcpWriteSize)) == \(tcpWriteSize) or die "send $!"; }
        close($tcp);
        socket(my $udp, PF_INET, SOCK_DGRAM, 0) or die "socket $!";
        for (1..\(datagrams)) { send($udp, "u" x \(datagramSize), 0, $to) or die "send $!"; }
        close($udp);
        POSIX::_exit(7);
        """
}
