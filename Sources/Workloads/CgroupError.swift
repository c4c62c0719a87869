/// Why a cgroup cannot be found or may not be used.
public enum CgroupError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case notMounted
    case partial([String])
    case notAPath(String)
    case absent(String, mountPoint: String)
    case isRoot
    case isOwn(String)
    case containsOwn(String, own: String)
    case ownUnknown

    public var description: String {
        switch self {
        case .unreadable(let path): "\(path) cannot be read: is /proc mounted?"
        case .notMounted:
            "no cgroup v2 hierarchy is mounted; mount one: mount -t cgroup2 none /sys/fs/cgroup"
        case .partial(let mounts):
            "no mount shows the whole cgroup v2 hierarchy, only parts (\(mounts.joined(separator: ", ")));"
                + " run in the host's cgroup namespace or mount the host's /sys/fs/cgroup"
        case .notAPath(let path):
            "\"\(path)\" is not a cgroup path; give it from the root of the hierarchy, as /a/b"
        case .absent(let path, let mountPoint): "there is no cgroup \(path) below \(mountPoint)"
        case .isRoot:
            "the root cgroup holds the whole machine and is never enforced on; name a container"
        case .isOwn(let path):
            "\(path) is loadline's own cgroup and is never enforced on; run loadline outside it"
        case .containsOwn(let path, let own):
            "\(path) contains loadline's own cgroup \(own) and is never enforced on;"
                + " run loadline outside it"
        case .ownUnknown:
            "loadline's own cgroup was not found in the hierarchy, so it cannot be kept apart;"
                + " run in the host's cgroup namespace"
        }
    }
}
