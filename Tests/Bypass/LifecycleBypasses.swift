import ContainerHarness
import Foundation

/// L4 to L12, T2 and T3: acts that are stopped at other times, and where they hide.
struct LifecycleBypasses {
    let code: ServiceCode

    var all: [Bypass] { cover + timing + agents }

    private var cover: [Bypass] {
        [
            Bypass(
                "L4",
                Attack("exec-of-allowed", .file, "an allowed program, as by kubectl exec") {
                    target in
                    let script = #"open(my $in, "<", "/etc/shadow") or die $!; print <$in>"#
                    return .byResult(
                        try target.container.exec(["/usr/bin/perl", "-e", script]),
                        has: target.canary.secret, what: "the secret was shown")
                }),
            code.reads(
                "L8", "flood", "a secret after thousands of first opens",
                #"""
                for my $round (1..10) {
                    my $child = fork(); if (!$child) {
                        for my $i (1..\#(OrdinaryWork.pageCount)) {
                            open(my $in, "<", "\#(OrdinaryWork.pages)/$i.html"); }
                        POSIX::_exit(0); }
                    waitpid($child, 0); }
                open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)
                """#),
            Bypass(
                "L11",
                Attack("between-siblings", .file, "a secret among files that are generalised") {
                    [code] target in
                    let path = OrdinaryWork.pages + "/id_rsa"
                    try target.container.plant(ContainerFile(path, target.canary.secret))
                    defer { try? target.container.removeFile(path) }
                    let reply = try code.run(
                        #"open(my $in, "<", "\#(path)") or return "error $!"; slurp(fileno $in)"#,
                        in: target)
                    return .byText(reply, has: target.canary.secret, what: "the secret was shown")
                }),
            code.reads(
                "L12", "repeated", "the same act again and again",
                #"""
                my $said = ""; for my $round (1..20) {
                    pipe(my $r, my $w); my $child = fork(); if (!$child) {
                        open(my $in, "<", "/etc/shadow") or POSIX::_exit(1);
                        syswrite($w, scalar <$in>); POSIX::_exit(0); }
                    close $w; sysread($r, my $text, 4096); waitpid($child, 0);
                    $said .= $text if defined $text; }
                "read $said"
                """#),
        ]
    }

    private var timing: [Bypass] {
        let code = code
        return [
            Bypass(
                "T2",
                Attack("blocked-open", .file, "a pipe whose open waits for its reader") { target in
                    let token = Canary.token()
                    let path = "/srv/out"
                    let place = try "/proc/\(target.container.pid())/root" + path
                    try target.container.removeFile(path)
                    try Command.run(["mkfifo", place]).expectSuccess("mkfifo")
                    defer { try? target.container.removeFile(path) }
                    let reader = try Command([
                        "perl", "-e",
                        #"select(undef, undef, undef, 0.3); open(my $i, "<", $ARGV[0]); print <$i>"#,
                        place,
                    ])
                    defer { reader.stop() }
                    let reply = try code.run(
                        #"""
                        open(my $out, ">", "\#(path)") or return "error $!";
                        syswrite($out, "\#(token)"); close $out; "written"
                        """#, in: target)
                    let end = Patience.deadline(2)
                    while reader.isRunning, Date() < end { usleep(5_000) }
                    return .byText(
                        reader.output + " " + reply, has: token, what: "the reader got the token")
                }),
            code.reads(
                "T3", "shared-descriptors", "another process that shares the table of descriptors",
                #"""
                pipe(my $r, my $w); my $path = "/etc/shadow";
                my $opener = fork(); if (!$opener) {
                    # The number that the next descriptor gets.
                    my $fd = POSIX::dup(1); POSIX::close($fd);
                    my $taker = syscall(56, 0x411, 0, 0, 0, 0); if (!$taker) {
                        for (1..200000) { last if syscall(40, fileno($w), $fd, 0, 4096) > 0; }
                        POSIX::_exit(0); }
                    syscall(257, -100, $path, 0); waitpid($taker, 0); POSIX::_exit(0); }
                close $w; my $ready = ''; vec($ready, fileno($r), 1) = 1;
                select($ready, undef, undef, 3) or return "nothing came";
                sysread($r, my $text, 4096); waitpid($opener, 0); "read $text"
                """#
            ).notCovered(
                in: [.signal],
                "a descriptor is judged when the call that made it returns; both are killed then"),
        ]
    }

    /// What a program says that is the first of a container of the service's kind.
    private func another(
        _ script: String, _ options: ContainerOptions = ContainerOptions()
    ) throws -> String {
        var options = options
        options.files += code.service.files
        let other = RuncContainer(
            name: code.service.name, command: ["/usr/bin/perl", "-e", script], options: options)
        defer { other.delete() }
        try other.start()
        let end = Patience.deadline(10)
        while try !other.hasEnded(), Date() < end { usleep(5_000) }
        return other.output
    }

    static let deed =
        #"open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)"#

    private var agents: [Bypass] {
        let deed = Self.deed
        return [
            code.reads("L5", "agent-killed", "a secret while the agent is dead", deed)
                .when(agentIs: .killed),
            code.reads("L5", "agent-stopped", "a secret while the agent is stopped", deed)
                .when(agentIs: .stopped),
            code.reads("L10", "file-damaged", "a secret when the profile's file is damaged", deed)
                .when(agentIs: .misled),
            Bypass(
                "L3",
                Attack("first-act", .file, "a container's first act while the agent is stopped") {
                    target in
                    let said = try another(
                        #"open(my $in, "<", "/etc/shadow") or die $!; print <$in>"#)
                    return .byText(said, has: target.canary.secret, what: "the secret was shown")
                }
            ).when(agentIs: .busy),
            // Its files have not been looked up in the new container's tree.
            Bypass(
                "ordinary",
                Attack("first-act", .file, "a container's first act, which its profile has") { _ in
                    var options = ContainerOptions()
                    options.files = [ContainerFile(OrdinaryWork.log, "begun\n")]
                    return .byText(
                        try another(OrdinaryWork.firstAct, options), has: "written",
                        what: "it was written")
                }
            ).when(agentIs: .ready).ordinary(),
            // Nobody learns what fails for want of a right, so nobody may be stopped for it.
            Bypass(
                "ordinary",
                Attack("failed-changes", .file, "changes that the file's permissions do not allow")
                { _ in
                    var options = ContainerOptions()
                    options.user = "nobody"
                    options.files = [
                        ContainerFile("/srv/kept", "kept\n"), ContainerFile("/srv/dir/kept", ""),
                    ]
                    return .byText(
                        try another(OrdinaryWork.failedChanges, options), has: "none went",
                        what: "all failed")
                }
            ).when(agentIs: .ready).ordinary(),
            Bypass(
                "L9",
                Attack("host-processes", .act, "a process of the host is ended, which it sees") {
                    _ in
                    let victim = try Command(["sleep", "100"])
                    defer { victim.stop() }
                    var options = ContainerOptions()
                    options.hostPIDs = true
                    let said = try another(
                        #"print kill("TERM", \#(victim.pid)) ? "sent" : "error $!""#, options)
                    let end = Patience.deadline(0.5)
                    while victim.isRunning, Date() < end { usleep(5_000) }
                    guard !victim.isRunning else {
                        return .didNotHappen(evidence: "it still runs; \(said)")
                    }
                    return said.contains("sent")
                        ? .happened(evidence: "it has ended")
                        : .happenedAndEnded(evidence: "it has ended")
                }
            ).when(agentIs: .ready)
                .withoutTwin("what a container of its own does is not learned of this one")
                .notCovered(in: [.signal], "it is sent before its caller is killed"),
        ]
    }
}
