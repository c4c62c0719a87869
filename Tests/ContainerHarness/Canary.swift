import Foundation

/// A secret that only its file holds: who can show it has read the file.
public struct Canary: Sendable {
    public let secret: String

    public init() { secret = Self.token() }

    /// 24 characters that occur nowhere else.
    public static func token() -> String {
        "canary" + UUID().uuidString.replacingOccurrences(of: "-", with: "").prefix(18).lowercased()
    }

    /// `/etc/shadow`, and `/etc/canary-secret` that nginx' workers may read, so that file
    /// permissions alone stop neither.
    public var files: [ContainerFile] {
        [
            ContainerFile(
                "/etc/shadow", "root:\(secret):19000:0:99999:7:::\n", mode: 0o640, group: "shadow"),
            ContainerFile(
                "/etc/canary-secret", secret + "\n", mode: 0o640, group: "www-data"),
        ]
    }
}
