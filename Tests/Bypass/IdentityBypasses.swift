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
                #"""
                syscall(272, 0x20000) == 0 or return "error unshare $!";
                my ($none, $type, $at, $root) = ("none", "cgroup2", "/run", "/");
                syscall(165, $none, $root, $none, 0x44000, 0);
                syscall(165, $none, $at, $type, 0, 0) == 0 or return "error mount $!";
                open(my $out, ">", "/run/cgroup.procs") or return "error cgroup $!";
                syswrite($out, "$$") or return "error move $!"; close $out;
                open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)
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
}
