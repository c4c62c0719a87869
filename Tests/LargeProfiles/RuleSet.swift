public import Baseline
import SeededRandom

/// Profiles of a given number of file rules, each about 60 bytes long.
public struct RuleSet {
    public var name: String
    public var profile: Profile
    /// Paths that rules match, wildcards filled in.
    public var paths: [[UInt8]]

    private static let words = [
        "share", "locale", "messages", "python3", "site-packages", "include", "x86_64-linux-gnu",
        "modules", "templates", "assets", "static", "config", "backend", "vendor", "runtime",
        "plugins", "extensions", "handlers", "certificates", "translations",
    ]
    private static let suffixes = [".so", ".conf", ".py", ".json", ".html", ".pem", ".so.6", ""]

    /// Files in a tree of directories, named by words and numbers; one rule in 20 has a wildcard.
    public static func tree(_ count: Int) -> RuleSet {
        var random = SeededGenerator(seed: 1)
        var directories = ["/usr/lib", "/etc", "/var/lib", "/opt/app", "/srv"]
        while directories.count < 5 + count / 16 {
            let parent = random.pick(directories)
            if parent.utf8.count < 36 {
                directories.append(parent + "/" + random.pick(words))
            } else {
                directories.append(parent + String(random.below(100)))
            }
        }
        return make("tree", count, &random) { random in
            let file =
                random.pick(words) + "-" + String(random.below(1000)) + "-"
                + random.pick(words) + random.pick(suffixes)
            return random.pick(directories) + "/" + file
        }
    }

    /// As `tree`, with every path that is asked about `bytes` long: words fill up short ones.
    public static func tree(_ count: Int, bytes: Int) -> RuleSet {
        var set = tree(count)
        var random = SeededGenerator(seed: 4)
        for index in set.paths.indices {
            var path = set.paths[index]
            while path.count < bytes { path += Array(("-" + random.pick(words)).utf8) }
            // What is cut off may be all that told two apart.
            let number = Array(String(index, radix: 36).utf8)
            path = Array(path.prefix(bytes - number.count)) + number
            set.paths[index] = path
            set.profile.executables[0].files[index].path = String(decoding: path, as: UTF8.self)
        }
        return set
    }

    /// Files named by 16 random hexadecimal digits: nothing for the automaton to share.
    public static func digests(_ count: Int) -> RuleSet {
        var random = SeededGenerator(seed: 2)
        return make("digests", count, &random) { random in
            let digest = String(random.next() | 1 << 63, radix: 16)
            return "/var/lib/containerd/io.containerd.content.v1/blobs/" + digest
        }
    }

    /// As `tree`, under patterns that match at any depth: two or three rules are current at
    /// once all along a path.
    public static func overlaid(_ count: Int) -> RuleSet {
        var set = tree(count)
        set.name = "overlaid"
        set.profile.executables[0].files += [
            FileRule(path: "/usr/**", access: .map), FileRule(path: "/**/*.pem", access: .read),
        ]
        return set
    }

    /// Rules whose combinations multiply: to be refused, and soon.
    public static func hostile(_ count: Int) -> RuleSet {
        var set = tree(count)
        set.name = "hostile"
        set.profile.executables[0].files += (0..<40).map { index in
            FileRule(
                path: "/**/\(index)**x\(index)**y\(index)**z\(index)/*-\(index)", access: .read)
        }
        return set
    }

    private static func make(
        _ name: String, _ count: Int, _ random: inout SeededGenerator,
        _ path: (inout SeededGenerator) -> String
    ) -> RuleSet {
        var rules: [FileRule] = []
        var paths: [[UInt8]] = []
        for index in 0..<count {
            let literal = path(&random)
            var pattern = literal
            var filled = literal
            if index % 20 == 19 {
                let (wildcard, value) = random.pick([
                    ("/<int>/stat", "/4711/stat"), ("/*", "/cache.db"), ("/**", "/a/b/c/d.txt"),
                    ("-<hex>.tmp", "-7f3a9c.tmp"),
                ])
                pattern += wildcard
                filled += value
            }
            rules.append(
                FileRule(path: pattern, access: random.oneIn(4) ? [.read, .write] : .read))
            paths.append(Array(filled.utf8))
        }
        let rulesOfNginx = ExecutableRules(executable: "/usr/sbin/nginx", files: rules)
        return RuleSet(
            name: name, profile: Profile(name: name, executables: [rulesOfNginx]), paths: paths)
    }
}
