import SysFlow

/// Objects that no generalisation may admit: only having been seen exactly puts one into a
/// profile. Paths are as seen from the container's root.
public enum SensitiveObjects {
    /// Path patterns.
    public static let paths: [String] = [
        // Accounts and who may become whom.
        "/etc/passwd", "/etc/passwd-", "/etc/shadow", "/etc/shadow-", "/etc/gshadow",
        "/etc/gshadow-", "/etc/group", "/etc/sudoers", "/etc/sudoers.d/**", "/etc/pam.d/**",
        "/etc/security/**", "/root/.ssh/**", "/home/*/.ssh/**", "/etc/ssh/**",
        // What others will run.
        "/etc/crontab", "/etc/cron.*/**", "/var/spool/cron/**", "/etc/anacrontab",
        "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d/**", "/etc/ld.so.cache",
        "/etc/profile", "/etc/profile.d/**", "/etc/init.d/**", "/etc/systemd/**",
        "/root/.bashrc", "/root/.profile", "/etc/rc.local",
        // Credentials of the cluster and the cloud.
        "/var/run/secrets/kubernetes.io/**", "/run/secrets/kubernetes.io/**",
        "/root/.aws/**", "/root/.kube/**", "/root/.docker/**", "/etc/kubernetes/**",
        // Sockets of runtimes: whoever talks to them owns the node.
        "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
        "/var/run/containerd/containerd.sock", "/run/crio/crio.sock", "/var/run/crio/crio.sock",
        "/run/podman/podman.sock", "/run/cri-dockerd.sock",
        // Other processes and the kernel.
        "/proc/*/mem", "/proc/*/task/*/mem", "/proc/*/environ", "/proc/*/task/*/environ",
        "/proc/kcore", "/proc/kmsg", "/proc/kallsyms", "/proc/sysrq-trigger",
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/fs/binfmt_misc/**",
        "/sys/kernel/uevent_helper", "/sys/kernel/debug/**", "/sys/kernel/tracing/**",
        "/sys/fs/bpf/**", "/sys/fs/cgroup/**/release_agent", "/sys/fs/cgroup/release_agent",
        "/dev/mem", "/dev/kmem", "/dev/port", "/dev/sd*", "/dev/vd*", "/dev/xvd*", "/dev/nvme*",
        "/dev/dm-*", "/dev/loop*", "/dev/kvm", "/dev/tty*",
    ]

    private static let matchers: [PatternMatcher] = paths.compactMap {
        (try? PathPattern(parsing: $0)).map { PatternMatcher($0) }
    }

    /// Whether the pattern admits any sensitive path.
    static func areAdmitted(by matcher: PatternMatcher) -> Bool {
        matchers.contains { $0.overlaps(matcher) }
    }

    /// Metadata services of clouds, which hand out credentials.
    static let addresses: [IPAddress] = [
        IPAddress(v4: 0xa9fe_a9fe), IPAddress(v4: 0xa9fe_aa02), IPAddress(v4: 0x6464_64c8),
        IPAddress(high: 0xfd00_0ec2_0000_0000, low: 0x254),
    ]

    static func areAdmitted(by prefix: Prefix) -> Bool {
        addresses.contains(where: prefix.contains)
    }
}
