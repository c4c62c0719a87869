/// systemd's way to name cgroups in OCI specifications: `SLICE:PREFIX:NAME`.
enum SystemdSlice {
    /// `a-b.slice:cri-containerd:ID` as `/a.slice/a-b.slice/cri-containerd-ID.scope`;
    /// a path is returned as it is, anything else gives nil.
    static func cgroupPath(_ cgroupsPath: String) -> String? {
        if cgroupsPath.hasPrefix("/") { return cgroupsPath }
        let parts = cgroupsPath.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[2].isEmpty, !cgroupsPath.contains("/") else { return nil }
        let slice = parts[0].isEmpty ? "system.slice" : parts[0]
        guard let directory = expand(slice) else { return nil }
        let name = parts[1].isEmpty ? "\(parts[2])" : "\(parts[1])-\(parts[2])"
        return directory + "/" + (name.hasSuffix(".slice") ? name : name + ".scope")
    }

    /// A slice stands inside the slices that its name is made of.
    private static func expand(_ slice: Substring) -> String? {
        guard slice.hasSuffix(".slice") else { return nil }
        let stem = slice.dropLast(".slice".count)
        if stem == "-" { return "" }
        var path = ""
        var prefix = ""
        for part in stem.split(separator: "-", omittingEmptySubsequences: false) {
            if part.isEmpty { return nil }
            prefix += prefix.isEmpty ? "\(part)" : "-\(part)"
            path += "/\(prefix).slice"
        }
        return path
    }
}
