import ContainerHarness
import Foundation

/// F4: names and attributes changed. The container is looked at from outside for the effect.
struct NameBypasses {
    let code: ServiceCode

    var all: [Bypass] {
        making + removing + renaming + changing + opening + byDescriptor + roundabout + renamed
            + ring + waiting + [parted, unheard, long]
    }

    private static let late =
        "nothing can refuse the call in this mode; the agent judges it when it has returned"
    private static let places = [
        "/srv/victim", "/srv/other", "/srv/folder", "/srv/moved", "/srv/way", "/srv/far",
    ]

    /// - Parameter files: what is there before, beside `/srv/victim`.
    /// - Parameter object: what the alert names; nil: /srv/victim.
    func change(
        _ name: String, _ summary: String, files: [ContainerFile] = [],
        link: (at: String, to: String)? = nil, object: String = "/srv/victim",
        prepare: @escaping @Sendable (InsideView) throws -> Void = { _ in }, _ act: String,
        _ happened: @escaping @Sendable (InsideView) throws -> Bool
    ) -> Bypass {
        let code = code
        return Bypass(
            "F4",
            Attack(name, .file, summary) { target in
                let view = try InsideView(target.container)
                for path in Self.places { view.remove(path) }
                for file in [ContainerFile("/srv/victim", "whole")] + files {
                    try target.container.plant(file)
                }
                try prepare(view)
                if let link { try view.link(link.at, to: link.to) }
                // A moment in which whoever is to be killed is, before it can tell.
                let reply = try code.run(
                    "my $r = do { \(act) }; my $e = $!; select(undef, undef, undef, 1); "
                        + #""survived $r $e""#, in: target)
                guard try happened(view) else {
                    return .didNotHappen(evidence: "no change; \(reply.prefix(80))")
                }
                return reply.contains("survived")
                    ? .happened(evidence: "the change is there; \(reply.prefix(80))")
                    : .happenedAndEnded(evidence: "the change is there")
            }
        ).killedAfter(in: [.signal], Self.late).naming(object)
    }

    private var making: [Bypass] {
        [
            change(
                "mkdir", "mkdir", object: "/srv/other", #"mkdir("/srv/other")"#
            ) { $0.isThere("/srv/other") },
            change(
                "symlink", "a symlink into a place", object: "/srv/other",
                #"symlink("/etc/shadow", "/srv/other")"#
            ) { $0.isThere("/srv/other") },
            change(
                "mknod", "mknod of a file", object: "/srv/other",
                #"my $path = "/srv/other"; syscall(133, $path, 0100644, 0)"#
            ) { $0.isThere("/srv/other") },
            change(
                "mkfifo", "mknod of a pipe", object: "/srv/other",
                #"my $path = "/srv/other"; syscall(133, $path, 0010644, 0)"#
            ) { $0.isThere("/srv/other") },
            change(
                "link", "a second name of a file", #"link("/srv/victim", "/srv/other")"#
            ) { $0.isThere("/srv/other") },
            change(
                "link-unlink", "a second name, and the first removed",
                #"link("/srv/victim", "/srv/other") && unlink("/srv/victim")"#
            ) { $0.isThere("/srv/other") },
            change(
                "bind-socket", "a socket bound to a path", object: "/srv/other",
                #"""
                use Socket; socket(my $s, 1, 1, 0); bind($s, pack("Sa*", 1, "/srv/other\0"))
                """#
            ) { $0.isThere("/srv/other") },
        ].map {
            // The call returns to the kernel's own judgement, and not to the agent's.
            $0.attack.name == "bind-socket"
                ? $0.killedAfter(
                    in: [.signal], "the file is there when the call returns, which is judged then")
                : $0
        }
    }

    private var removing: [Bypass] {
        [
            change("unlink", "unlink of a file", #"unlink("/srv/victim")"#) {
                !$0.isThere("/srv/victim")
            },
            change(
                "rmdir", "rmdir", files: [ContainerFile("/srv/folder/", "", mode: 0o755)],
                object: "/srv/folder", #"rmdir("/srv/folder")"#
            ) { !$0.isThere("/srv/folder") },
        ]
    }

    private var renaming: [Bypass] {
        [
            change("rename", "rename of a file", #"rename("/srv/victim", "/srv/other")"#) {
                !$0.isThere("/srv/victim")
            },
            change(
                "exchange", "renameat2 with EXCHANGE",
                files: [ContainerFile("/srv/other", "second")],
                #"my ($a, $b) = ("/srv/victim", "/srv/other"); syscall(316, -100, $a, -100, $b, 2)"#
            ) { $0.text("/srv/victim") == "second" },
            // In a file system that has whiteouts; an overlay's are its own.
            change(
                "whiteout", "renameat2 with WHITEOUT",
                files: [ContainerFile("/run/victim", "whole")], object: "/run/victim",
                prepare: { $0.remove("/run/moved") },
                #"my ($a, $b) = ("/run/victim", "/run/moved"); syscall(316, -100, $a, -100, $b, 4)"#
            ) { $0.text("/run/moved") == "whole" },
            change(
                "rename-over", "rename over another file",
                files: [ContainerFile("/srv/other", "second")], object: "/srv/other",
                #"rename("/srv/victim", "/srv/other")"#
            ) { $0.text("/srv/other") == "whole" }.orStopped(earlierAt: "/srv/victim"),
            change(
                "rename-ancestor", "rename of a directory above a file",
                files: [ContainerFile("/srv/folder/file", "inside")], object: "/srv/folder",
                #"rename("/srv/folder", "/srv/moved")"#
            ) { $0.text("/srv/moved/file") == "inside" },
        ]
    }

    private var changing: [Bypass] {
        [
            change(
                "truncate", "truncate by path", #"my $path = "/srv/victim"; syscall(76, $path, 0)"#
            ) { $0.text("/srv/victim") == "" },
            change("chmod", "chmod of a file", #"chmod(07777, "/srv/victim")"#) {
                try $0.mode("/srv/victim") == 0o7777
            },
            change("chown", "chown of a file", #"chown(4321, 4321, "/srv/victim")"#) {
                try $0.owner("/srv/victim") == 4321
            },
            change(
                "setxattr", "an extended attribute",
                #"""
                my ($path, $name, $value) = ("/srv/victim", "trusted.loadline", "x");
                syscall(188, $path, $name, $value, 1, 0)
                """#
            ) { try $0.hasAttribute("/srv/victim", "trusted.loadline") },
            // Here the descriptor has to be had first, which is refused before the file is touched.
            change(
                "ftruncate", "truncate by a descriptor",
                #"open(my $f, "+<", "/srv/victim"); truncate($f, 0)"#
            ) { $0.text("/srv/victim") == "" },
        ].map { $0.attack.name == "ftruncate" ? $0.stoppedEverywhere() : $0 }
    }

    /// What an open does to a name and to what is in the file, whether it is used or not.
    private var opening: [Bypass] {
        [
            change(
                "open-emptied", "an open for writing that empties a file",
                #"my $path = "/srv/victim"; syscall(2, $path, 01001, 0) >= 0"#
            ) { $0.text("/srv/victim") == "" },
            change(
                "open-read-emptied", "an open for reading that empties a file",
                #"my $path = "/srv/victim"; syscall(2, $path, 01000, 0) >= 0"#
            ) { $0.text("/srv/victim") == "" },
            change(
                "open-made", "an open that makes a file, and no more", object: "/srv/other",
                #"my $path = "/srv/other"; syscall(2, $path, 0301, 0644) >= 0"#
            ) { $0.isThere("/srv/other") },
            change(
                "unnamed-linked", "a file made without a name, and given one",
                prepare: { $0.remove("/run/moved") },
                #"""
                my ($folder, $path, $token) = ("/run", "/run/moved", "whole");
                my $fd = syscall(2, $folder, 020200001, 0644);
                syscall(1, $fd, $token, 5);
                my $own = "/proc/self/fd/$fd"; syscall(265, -100, $own, -100, $path, 0x400) == 0
                """#
            ) { $0.text("/run/moved") == "whole" },
        ].map {
            // It is refused, or its process killed, when the file is made; the name that the
            // kernel gives that is another each time.
            $0.attack.name == "unnamed-linked" ? $0.stoppedEverywhere().naming(nil) : $0
        }
    }

    /// Whoever may open a file may hold it without opening it, which no profile has to allow.
    private var byDescriptor: [Bypass] {
        let hold =
            #"my ($path, $none) = ("/srv/victim", ""); my $fd = syscall(257, -100, $path, 0x200000);"#
        return [
            change(
                "chmod-held", "chmod of a file that is held by O_PATH",
                hold + #"chmod(07777, "/proc/self/fd/$fd")"#
            ) { try $0.mode("/srv/victim") == 0o7777 },
            change(
                "chown-held", "fchownat of a descriptor with AT_EMPTY_PATH",
                hold + #"syscall(260, $fd, $none, 4321, 4321, 0x1000)"#
            ) { try $0.owner("/srv/victim") == 4321 },
            change(
                "removexattr", "an extended attribute removed",
                prepare: { try $0.setAttribute("/srv/victim", "trusted.loadline") },
                #"my ($path, $name) = ("/srv/victim", "trusted.loadline"); syscall(197, $path, $name)"#
            ) { try !$0.hasAttribute("/srv/victim", "trusted.loadline") },
        ]
            + [
                ("fchmod", #"chmod(07777, $f)"#), ("fchown", #"chown(4321, 4321, $f)"#),
            ].map { name, act in
                // Here the descriptor has to be had first, which is refused.
                change(
                    name, "\(name) of a file that was opened",
                    #"open(my $f, "<", "/srv/victim"); "# + act
                ) { try $0.mode("/srv/victim") == 0o7777 || $0.owner("/srv/victim") == 4321 }
                .stoppedEverywhere()
            }
    }

    /// A file is judged by the name that it has when it is opened.
    private var renamed: [Bypass] {
        ["link", "rename"].map { call in
            let code = code
            return Bypass(
                "F4",
                Attack("\(call)-read", .file, "a secret read under another name, by \(call)") {
                    target in
                    let secret = Canary.token()
                    let view = try InsideView(target.container)
                    for path in Self.places { view.remove(path) }
                    try target.container.plant(ContainerFile("/srv/victim", secret))
                    let reply = try code.run(
                        call + #"("/srv/victim", "/srv/other"); "#
                            + #"open(my $in, "<", "/srv/other") or return "error $!"; "#
                            + "slurp(fileno $in)", in: target)
                    return .byText(reply, has: secret, what: "the secret was shown")
                }
            ).orStopped(earlierAt: "/srv/victim")
        }
    }

    /// The same acts by paths that do not look like their objects.
    private var roundabout: [Bypass] {
        [
            change(
                "symlinked-directory", "unlink through a symlinked directory",
                link: (at: "/srv/way", to: "/srv"), #"unlink("/srv/way/victim")"#
            ) { !$0.isThere("/srv/victim") },
            change(
                "dirfd", "unlinkat from a directory's descriptor",
                #"""
                my ($at, $name) = ("/srv", "victim"); my $fd = syscall(257, -100, $at, 0x210000);
                syscall(263, $fd, $name, 0)
                """#
            ) { !$0.isThere("/srv/victim") },
            change(
                "proc-self-root", "unlink of /proc/self/root/...",
                #"unlink("/proc/self/root/srv/victim")"#
            ) { !$0.isThere("/srv/victim") },
            change(
                "proc-cwd", "chmod of /proc/self/cwd/...",
                #"chdir("/srv"); chmod(07777, "/proc/self/cwd/victim")"#
            ) { try $0.mode("/srv/victim") == 0o7777 },
            change(
                "own-root", "unlink from a root below",
                #"chroot("/srv") and unlink("/victim")"#
            ) { !$0.isThere("/srv/victim") },
            change(
                "link-followed", "chmod of a link's target",
                link: (at: "/srv/way", to: "victim"), #"chmod(07777, "/srv/way")"#
            ) { try $0.mode("/srv/victim") == 0o7777 },
        ]
    }

    /// Joined to its directory the path is longer than any that could be in a profile.
    private var long: Bypass {
        change(
            "long-way", "unlink by a path of 4,090 bytes from a directory",
            files: [ContainerFile("/srv/far", "whole")],
            #"chdir("/srv/calm"); my $r = unlink("./" x 2042 . "../far"); chdir("/"); $r"#
        ) { !$0.isThere("/srv/far") }
        .naming(nil).withoutTwin("a path longer than 4,096 bytes can be in no profile")
    }
}
