/// The container that a cgroup path names by its shape alone, before any state file
/// of the container exists.
public struct CgroupPathShape: Hashable, Sendable {
    public enum Confidence: Sendable {
        /// A 64-digit id: no other thing makes such a cgroup.
        case certain
        /// `/NAME` or `/NAMESPACE/NAME`: a container only if a runtime's state says so.
        case possible
    }

    public let containerID: String
    /// The container's own cgroup: `path` up to the component that names it.
    public let path: String
    /// nil: the shape is used by several runtimes.
    public let runtime: ContainerRuntime?
    public let confidence: Confidence

    /// The containers that a path from the root of the v2 hierarchy may belong to, outermost
    /// first: one certain, or at most two possible.
    ///
    /// Of several ids in a path the outermost is taken: a process that makes cgroups inside its
    /// own container gains no other identity by naming them.
    public static func candidates(_ path: String) -> [CgroupPathShape] {
        let parts = path.split(separator: "/")
        if parts.contains("..") { return [] }
        for (index, part) in parts.enumerated() {
            guard let found = certain(part, parent: index > 0 ? parts[index - 1] : nil) else {
                continue
            }
            return [
                CgroupPathShape(
                    containerID: String(found.id), path: join(parts[...index]),
                    runtime: found.runtime, confidence: .certain)
            ]
        }
        return possible(parts)
    }

    private static func certain(
        _ part: Substring, parent: Substring?
    ) -> (id: Substring, runtime: ContainerRuntime?)? {
        if part.hasSuffix(".scope") {
            let stem = part.dropLast(".scope".count)
            for (prefix, runtime) in scopePrefixes where stem.hasPrefix(prefix) {
                let id = stem.dropFirst(prefix.count)
                return isLongID(id) ? (id, runtime) : nil
            }
            return nil
        }
        if part.hasPrefix("libpod-"), isLongID(part.dropFirst("libpod-".count)) {
            return (part.dropFirst("libpod-".count), .podman)
        }
        if part.hasPrefix("crio-"), isLongID(part.dropFirst("crio-".count)) {
            return (part.dropFirst("crio-".count), .crio)
        }
        guard isLongID(part) else { return nil }
        return (part, parent == "docker" ? .docker : nil)
    }

    private static let scopePrefixes: [(String, ContainerRuntime)] = [
        ("docker-", .docker), ("cri-containerd-", .containerd), ("crio-", .crio),
        ("libpod-", .podman), ("nerdctl-", .containerd),
    ]

    private static func possible(_ parts: [Substring]) -> [CgroupPathShape] {
        // As runc names a scope for systemd where it is not told otherwise.
        if parts.count > 1, parts[0].hasSuffix(".slice"), parts[1].hasPrefix("runc-"),
            parts[1].hasSuffix(".scope")
        {
            let id = parts[1].dropFirst("runc-".count).dropLast(".scope".count)
            return [
                CgroupPathShape(
                    containerID: String(id), path: join(parts[...1]), runtime: .runc,
                    confidence: .possible)
            ]
        }
        return parts.prefix(2).prefix { !isHostUnit($0) }.indices.map { index in
            CgroupPathShape(
                containerID: String(parts[index]), path: join(parts[...index]), runtime: nil,
                confidence: .possible)
        }
    }

    private static func isHostUnit(_ part: Substring) -> Bool {
        part.hasSuffix(".slice") || part.hasSuffix(".service") || part.hasSuffix(".scope")
            || part.hasSuffix(".mount") || part == "kubepods" || part == "docker"
    }

    static func isLongID(_ text: Substring) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// The pod's UID in a kubepods path: `pod1234...` or `kubepods-burstable-pod1234_....slice`.
    static func podUID(inPath path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let first = parts.first, first.hasPrefix("kubepods") else { return nil }
        for part in parts {
            var stem = part
            if stem.hasSuffix(".slice") {
                stem = stem.dropLast(".slice".count)
                guard let dash = stem.lastIndex(of: "-") else { continue }
                stem = stem[stem.index(after: dash)...]
            }
            guard stem.hasPrefix("pod") else { continue }
            let uid = stem.dropFirst(3).map { $0 == "_" ? "-" : $0 }
            if uid.count >= 32 { return String(uid) }
        }
        return nil
    }

    private static func join(_ parts: ArraySlice<Substring>) -> String {
        "/" + parts.joined(separator: "/")
    }
}
