import ContainerHarness
import Foundation

/// What the service does while its profile is learned without the ways around: some of them begin
/// with what is allowed.
struct OrdinaryWork {
    let code: ServiceCode
    let target: AttackTarget

    /// A program of the service's own, whose profile names its content.
    static let tool = "/srv/tool"
    static let runsTool = #"captured("", sub { exec "/srv/tool"; "error $!" })"#
    /// A program that is many, by its argument or by the name that it is called by.
    static let multiCall = "/usr/bin/busybox"
    /// Where files lie whose names are numbers, which a profile generalises.
    static let pages = "/srv/pages"
    static let pageCount = 400
    /// A file that is there, and is opened to be written as if it might not be.
    static let log = "/srv/service.log"
    /// A file that it may remove, of the name that another has which it may not.
    static let leftover = "/srv/calm/victim"
    /// A program's first act, which asks for a terminal that it does not have, too.
    static let firstAct =
        #"open(my $t, "+<", "/dev/tty"); open(my $out, ">>", "\#(log)") or die $!; print $out "x"; print "written""#
    /// What who is not root may not do to root's files, tried.
    static let failedChanges = #"""
        my $kept = "/srv/kept"; my @went;
        open(my $new, ">>", "/srv/new") and push @went, "create";
        open(my $old, "+>", $kept) and push @went, "open";
        mkdir("/srv/made") and push @went, "mkdir";
        symlink("x", "/srv/symbolic") and push @went, "symlink";
        link("/etc/passwd", "/srv/linked") and push @went, "link";
        rename($kept, "/srv/renamed") and push @went, "rename";
        unlink($kept) and push @went, "unlink";
        rmdir("/srv/dir") and push @went, "rmdir";
        truncate($kept, 0) and push @went, "truncate";
        chmod(0777, $kept) and push @went, "chmod";
        chown($<, -1, $kept) and push @went, "chown";
        chown(-1, $(, $kept) and push @went, "chgrp";
        my ($fifo, $name, $value) = ("/srv/fifo", "user.x", "y");
        syscall(133, $fifo, 0010600, 0) or push @went, "mknod";
        socket(my $s, 1, 1, 0); bind($s, pack("Sa*", 1, "/srv/socket\0")) and push @went, "bind";
        syscall(188, $kept, $name, $value, 1, 0) or push @went, "setxattr";
        print @went ? "went: @went" : "none went";
        """#
    /// The port of 127.0.0.1 that it may connect to by TCP.
    static let peer: UInt16 = EgressListener.port + 1

    func run() throws {
        try target.plantProgram(Self.tool, printing: "as it was")
        let view = try InsideView(target.container)
        try view.makePages(Self.pageCount, below: Self.pages)
        for _ in 0..<3 {
            guard try code.service.answers(in: target.container) else {
                throw HarnessError("the service does not answer")
            }
        }
        let probe = try target.container.exec(["/usr/bin/perl", "-e", "print q(probed)"])
        guard probe.stdout == "probed" else { throw HarnessError("the probe: \(probe)") }
        try target.container.plant(ContainerFile(Self.log, "begun\n"))
        // Looked up before, so that what is learned is how an open of what is there looks.
        try does(#"-e "\#(Self.log)" ? "it is there" : "not""#, "it is there")
        try does(
            #"open(my $out, ">>", "\#(Self.log)") or return "error $!"; print $out "x"; "written""#,
            "written")
        try does(Self.runsTool, "as it was")
        try does(
            #"captured("", sub { exec "\#(Self.multiCall)", "echo", "so it is"; "error $!" })"#,
            "so it is")
        try view.copy("/usr/bin/perl", to: HandedBypasses.opener)
        try target.container.plant(ContainerFile("/srv/keys", "none\n"))
        let handed = TinyProgram.hex(Array("print 'handed on'".utf8))
        try does(
            HandedBypasses.runsOpener(HandedBypasses.open, "\"\(handed)\""), "handed on")
        try does(
            #"""
            my $count = 0; for my $i (1..\#(Self.pageCount)) {
                open(my $in, "<", "\#(Self.pages)/$i.html") or next; $count += length <$in>; }
            $count > 0 ? "they were read" : "error $!"
            """#, "they were read")
        try target.container.plant(ContainerFile(Self.leftover, "done with"))
        try does(#"unlink("\#(Self.leftover)") ? "it is gone" : "error $!""#, "it is gone")
        let listener = try EgressListener(in: target.container, port: Self.peer)
        defer { listener.stop() }
        try does(
            #"socket(my $s, 2, 1, 0); connect($s, in4(\#(Self.peer))) ? "connected" : "error $!""#,
            "connected")
    }

    private func does(_ act: String, _ word: String) throws {
        let reply = try code.run(act, in: target)
        guard reply.contains(word) else { throw HarnessError("no `\(word)` in: \(reply)") }
    }
}
