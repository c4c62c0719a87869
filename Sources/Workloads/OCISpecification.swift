/// The part of an OCI `config.json` that identifies a container.
struct OCISpecification: Decodable {
    struct Process: Decodable { var capabilities: Capabilities? }
    struct Capabilities: Decodable { var bounding: [String]? }
    struct Root: Decodable { var path: String? }
    struct Linux: Decodable {
        var cgroupsPath: String?
        var maskedPaths: [String]?
    }

    var root: Root?
    var process: Process?
    var linux: Linux?
    var annotations: [String: String]?

    var privileged: Bool {
        isPrivileged(bounding: process?.capabilities?.bounding, masked: linux?.maskedPaths)
    }
}

/// What `--privileged` means in each runtime: every capability, and nothing hidden.
func isPrivileged(bounding: [String]?, masked: [String]?) -> Bool {
    (bounding ?? []).contains("CAP_SYS_ADMIN") && (masked ?? []).isEmpty
}
