import Foundation

/// A program that tests need, and the Debian package that has it.
public enum RequiredTool: String, Sendable, CaseIterable {
    case runc, nginx
    case redisServer = "redis-server"
    case redisCLI = "redis-cli"
    case redisBenchmark = "redis-benchmark"
    case wrk, perl, nsenter, mount, bpftool, setpriv, curl, node, gunicorn, apache2, ab

    public var package: String {
        switch self {
        case .nginx: "nginx-light"
        case .redisServer: "redis-server"
        case .redisCLI, .redisBenchmark: "redis-tools"
        case .perl: "perl-base"
        case .nsenter, .setpriv: "util-linux"
        case .node: "nodejs"
        case .ab: "apache2-utils"
        default: rawValue
        }
    }

    /// Throws for the first that is missing, with the command that installs it.
    public static func require(_ tools: RequiredTool...) throws {
        guard geteuidIsRoot() else {
            throw HarnessError("containers need root: run the tests as root")
        }
        let places = [
            "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
        ]
        for tool in tools {
            let found = places.contains {
                FileManager.default.isExecutableFile(atPath: $0 + "/" + tool.rawValue)
            }
            if !found {
                throw HarnessError(
                    "\(tool.rawValue) is missing: apt-get install \(tool.package), or .ci/install")
            }
        }
    }

    private static func geteuidIsRoot() -> Bool { NSUserName() == "root" }
}
