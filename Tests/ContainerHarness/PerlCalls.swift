/// Perl for what no program of a Debian system does by itself.
public enum PerlCalls {
    /// Calls by number, and memory: a system call can copy from and to any address.
    public static let memory = #"""
        sub slurp { my ($fd) = @_; open(my $in, "<&=", $fd) or return "error fd $fd $!";
            local $/; my $text = <$in>; return "read " . (defined $text ? $text : "nothing $!"); }
        sub address { return unpack("Q", pack("p", $_[0])); }
        sub poke { my ($at, $bytes) = @_; pipe(my $r, my $w); syswrite($w, $bytes);
            return syscall(0, fileno($r), $at + 0, length($bytes)); }
        sub peek { my ($at, $count) = @_; pipe(my $r, my $w);
            syscall(1, fileno($w), $at + 0, $count); sysread($r, my $bytes, $count); $bytes; }
        # Below 4 GiB, as perl takes 32 bits of what a call returns.
        sub map_memory { my ($size, $protection, $flags, $fd, $offset) = @_;
            return syscall(9, 0, $size, $protection, $flags | 0x40, $fd, $offset) & 0xffffffff; }
        sub in4 { return pack("SnC4x8", 2, $_[0], 127, 0, 0, 1); }

        """#

    /// Sets up an io_uring and submits one entry; its value is the entry's result. After `memory`.
    public static let ring = #"""
        sub submit { my ($entry) = @_;
            my $p = "\0" x 120; my $fd = syscall(425, 4, $p); return -1000 - $! if $fd < 0;
            my @sq = unpack("x40 L8", $p); my @cq = unpack("x80 L8", $p);
            my $rings = map_memory(65536, 3, 0x8001, $fd, 0);
            my $entries = map_memory(4096, 3, 0x8001, $fd, 0x10000000);
            $entry .= "\0" x (64 - length $entry);
            poke($entries, $entry); poke($rings + $sq[6], pack("L", 0));
            poke($rings + $sq[1], pack("L", 1));
            syscall(426, $fd, 1, 1, 1, 0, 0);
            return unpack("l", peek($rings + $cq[5] + 8, 4)); }

        """#
}
