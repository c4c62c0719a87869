import ContainerHarness

/// L1, L2 and F5: another namespace, root or cgroup, and the same deed from there.
struct IdentityBypasses {
    let code: ServiceCode

    var all: [Bypass] {
        [
            code.reads(
                "L1", "unshare-mount", "another mount namespace",
                #"syscall(272, 0x20000) == 0 or return "error $!"; open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)"#
            ),
            code.reads(
                "L1", "unshare-user", "another user namespace",
                #"syscall(272, 0x10000000) == 0 or return "error $!"; open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)"#
            ),
            code.reads(
                "L1", "chroot", "a root below the secret's directory",
                #"chroot("/etc") or return "error $!"; open(my $in, "<", "/shadow") or return "error $!"; slurp(fileno $in)"#
            ),
            code.reads(
                "L2", "cgroup-left", "the container's cgroup is left for the root",
                Self.cgroups + #"""
                    open(my $out, ">", "/run/cgroup.procs") or return "error cgroup $!";
                    syswrite($out, "$$") or return "error move $!"; close $out;
                    open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)
                    """#),
            code.reads(
                "L2", "cgroup-born", "a child made in another cgroup, by clone3",
                Self.cgroups + #"""
                    my $at = "/run"; my $fd = syscall(257, -100, $at, 0x10000);
                    return "error $!" if $fd < 0; pipe(my $r, my $w);
                    my $how = pack("Q11", 0x200000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, $fd);
                    my $child = syscall(435, $how, 88); return "error clone3 $!" if $child < 0;
                    if (!$child) {
                        open(my $in, "<", "/etc/shadow") or POSIX::_exit(1);
                        syswrite($w, scalar <$in>); POSIX::_exit(0); }
                    close $w; sysread($r, my $text, 4096); waitpid($child, 0); "read $text"
                    """#),
            code.reads(
                "F5", "tree-moved", "/etc cloned by open_tree and put elsewhere",
                #"""
                syscall(272, 0x20000) == 0 or return "error unshare $!";
                my ($etc, $none, $to, $root, $private) = ("/etc", "", "/run", "/", "none");
                syscall(165, $private, $root, $private, 0x44000, 0);
                my $tree = syscall(428, -100, $etc, 1); return "error open_tree $!" if $tree < 0;
                syscall(429, $tree, $none, -100, $to, 4) == 0 or return "error move_mount $!";
                open(my $in, "<", "/run/shadow") or return "error $!"; slurp(fileno $in)
                """#),
            code.reads(
                "F5", "overmount", "/etc bound to a place that may be read",
                #"""
                syscall(272, 0x20000) == 0 or return "error unshare $!";
                my ($from, $to, $none, $root) = ("/etc/shadow", "/srv/service.pl", "none", "/");
                syscall(165, $none, $root, $none, 0x44000, 0);
                syscall(165, $from, $to, $none, 0x1000, 0) == 0 or return "error mount $!";
                open(my $in, "<", "/srv/service.pl") or return "error $!"; slurp(fileno $in)
                """#),
        ]
    }

    /// The tree of cgroups, in a mount namespace of its own.
    private static let cgroups = #"""
        syscall(272, 0x20000) == 0 or return "error unshare $!";
        my ($none, $type, $at, $root) = ("none", "cgroup2", "/run", "/");
        syscall(165, $none, $root, $none, 0x44000, 0);
        syscall(165, $none, $at, $type, 0, 0) == 0 or return "error mount $!";

        """#
}
