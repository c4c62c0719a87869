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

    /// `ring` sets up an io_uring, of the kind that IORING_SETUP_* say, `submit_to` submits one entry
    /// to it, `submit` one to a new one; their value is the entry's result. `submit_all` submits
    /// several, and waits for none. After `memory`.
    public static let ring = #"""
        sub ring { my $p = pack("x8L", $_[0] || 0) . "\0" x 108; my $fd = syscall(425, 4, $p); return -1000 - $! if $fd < 0;
            my @sq = unpack("x40 L8", $p); my @cq = unpack("x80 L8", $p);
            my $rings = map_memory(65536, 3, 0x8001, $fd, 0);
            my $entries = map_memory(4096, 3, 0x8001, $fd, 0x10000000);
            # A thread of the kernel's looks for entries; it may have to be woken.
            my $enter = $_[0] & 2 ? 3 : 1;
            return {fd => $fd, enter => $enter, rings => $rings, entries => $entries, sq => \@sq, cq => \@cq, at => 0}; }
        sub enqueue { my ($ring, $entry) = @_;
            my ($rings, $at) = ($ring->{rings}, $ring->{at}++);
            $entry .= "\0" x (64 - length $entry);
            poke($ring->{entries} + 64 * ($at & 3), $entry);
            poke($rings + $ring->{sq}[6] + 4 * ($at & 3), pack("L", $at & 3));
            poke($rings + $ring->{sq}[1], pack("L", $at + 1)); }
        sub submit_to { my ($ring, $entry) = @_; return $ring unless ref $ring;
            my ($rings, $at) = ($ring->{rings}, $ring->{at}); enqueue($ring, $entry);
            # IOSQE_CQE_SKIP_SUCCESS: there is nothing to wait for.
            my $wait = ord(substr($entry, 1, 1)) & 64 ? 0 : 1;
            syscall(426, $ring->{fd}, 1, $wait, $ring->{enter}, 0, 0);
            my $result = unpack("l", peek($rings + $ring->{cq}[5] + 16 * ($at & 7) + 8, 4));
            poke($rings + $ring->{cq}[0], pack("L", $at + 1));
            return $result; }
        # At most four.
        sub submit_all { my ($ring, @entries) = @_; enqueue($ring, $_) for @entries;
            return syscall(426, $ring->{fd}, scalar @entries, 0, $ring->{enter}, 0, 0); }
        sub submit { return submit_to(ring($_[1]), $_[0]); }

        """#
}
