extension Attribute {
    /// All attributes in the order of their numbers, which is the order in which they are printed.
    /// Names and titles are those of the public tools.
    public static let catalogue: [Entry] = [
        row(
            .number, "idx", .number, "Rec #", 6,
            "number of the event or flow in its file, from 0", extra: true),
        row(.version, "version", .text, "API version", 8, "version of these fields"),
        row(
            .type, "type", .text, "T", 2,
            "kind: PE, FE, NE events; FF, NF, PF flows; KE of Kubernetes; V verdict; L loss"),
        row(
            .state, "state", .text, "State", 8,
            "how the process came to be recorded: CREATED, MODIFIED, REUP"),
        row(
            .operations, "opflags", .texts, "Op Flags", 14,
            "operations, as in OPEN, READ, WRITE, EXEC"),
        row(.operationBits, "opflags_bitmap", .number, "Op Bits", 8, "operations as one number"),
        row(.result, "ret", .number, "Ret", 4, "what the system call returned (events)"),
        row(.start, "ts", .time, "Start Time", 26, "when it began, as a date in UTC"),
        row(
            .startNanoseconds, "ts_uts", .time, "Start Time", 21,
            "when it began, in nanoseconds since the epoch"),
        row(.end, "endts", .time, "End Time", 26, "when it ended (flows), as a date in UTC"),
        row(
            .endNanoseconds, "endts_uts", .time, "End Time", 21,
            "when it ended (flows), in nanoseconds since the epoch"),
        row(.processPID, "proc.pid", .number, "PID", 8, "process id in the host's namespace"),
        row(.processTID, "proc.tid", .number, "TID", 8, "thread id in the host's namespace"),
        row(.processUID, "proc.uid", .number, "UID", 5, "user id of the process"),
        row(.processUser, "proc.user", .text, "User", 8, "user name of the process"),
        row(.processGID, "proc.gid", .number, "GID", 5, "group id of the process"),
        row(.processGroup, "proc.group", .text, "Group", 8, "group name of the process"),
        row(.processDirectory, "proc.cwd", .text, "Cwd", 20, "working directory of the process"),
        row(.processExecutable, "proc.exe", .text, "Cmd", 20, "path of the program that runs"),
        row(
            .processArguments, "proc.args", .text, "Args", 20,
            "arguments of the process, joined by blanks"),
        row(.processTTY, "proc.tty", .flag, "TTY", 5, "whether the process has a terminal"),
        row(
            .processEntry, "proc.entry", .flag, "Entry", 5,
            "whether it is the container's first process"),
        row(
            .processEnvironment, "proc.env", .texts, "Env", 30,
            "environment of the process, NAME=VALUE each"),
        row(
            .processCreated, "proc.createts", .time, "Proc. Created", 21,
            "when the process was made, in nanoseconds since the epoch"),
        row(
            .processName, "proc.name", .text, "Proc. Name", 20,
            "last part of proc.exe", extra: true),
        row(
            .processCommandLine, "proc.cmdline", .text, "Cmd Line", 40,
            "proc.exe and proc.args", extra: true),
        row(
            .ancestorPIDs, "proc.apid", .numbers, "A. PIDs", 20,
            "process ids of the process and its ancestors", extra: true),
        row(
            .ancestorNames, "proc.aname", .texts, "A. Proc. Names", 30,
            "names of the process and its ancestors", extra: true),
        row(
            .ancestorExecutables, "proc.aexe", .texts, "A. Cmds", 30,
            "programs of the process and its ancestors", extra: true),
        row(
            .ancestorCommandLines, "proc.acmdline", .texts, "A. Cmd Lines", 40,
            "command lines of the process and its ancestors", extra: true),
        row(.parentPID, "pproc.pid", .number, "PPID", 8, "process id of the parent"),
        row(.parentGID, "pproc.gid", .number, "PGID", 5, "group id of the parent"),
        row(.parentUID, "pproc.uid", .number, "PUID", 5, "user id of the parent"),
        row(.parentGroup, "pproc.group", .text, "PGroup", 8, "group name of the parent"),
        row(.parentTTY, "pproc.tty", .flag, "PTTY", 5, "whether the parent has a terminal"),
        row(
            .parentEntry, "pproc.entry", .flag, "PEntry", 6,
            "whether the parent is the container's first process"),
        row(
            .parentEnvironment, "pproc.env", .texts, "PEnv", 30,
            "environment of the parent, NAME=VALUE each"),
        row(.parentUser, "pproc.user", .text, "PUser", 8, "user name of the parent"),
        row(.parentDirectory, "pproc.cwd", .text, "PCwd", 20, "working directory of the parent"),
        row(
            .parentExecutable, "pproc.exe", .text, "PCmd", 20,
            "path of the program that the parent runs"),
        row(
            .parentArguments, "pproc.args", .text, "PArgs", 20,
            "arguments of the parent, joined by blanks"),
        row(
            .parentCreated, "pproc.createts", .time, "PProc. Created", 21,
            "when the parent was made, in nanoseconds since the epoch"),
        row(
            .parentName, "pproc.name", .text, "PProc. Name", 20,
            "last part of pproc.exe", extra: true),
        row(
            .parentCommandLine, "pproc.cmdline", .text, "PProc. Cmd Line", 40,
            "pproc.exe and pproc.args", extra: true),
        row(.fileDescriptor, "file.fd", .number, "FD", 5, "file descriptor, of files and sockets"),
        row(.filePath, "file.path", .text, "Path", 30, "path of the file"),
        row(
            .fileNewPath, "file.newpath", .text, "New Path", 30,
            "second path of a rename, link or symlink"),
        row(
            .fileType, "file.type", .text, "File Type", 9,
            "f file, d directory, p pipe, u UNIX socket, 4 or 6 socket"),
        row(
            .fileOpenFlags, "file.openflags", .texts, "Open Flags", 10,
            "how the file was opened, as in RDONLY, CREAT"),
        row(.fileName, "file.name", .text, "File Name", 30, "last part of file.path", extra: true),
        row(
            .fileDirectory, "file.directory", .text, "Dir", 30,
            "file.path without its last part", extra: true),
        row(
            .fileNewName, "file.newname", .text, "New Name", 30,
            "last part of file.newpath", extra: true),
        row(
            .fileNewDirectory, "file.newdirectory", .text, "New Dir", 30,
            "file.newpath without its last part", extra: true),
        row(
            .fileIsOpenWrite, "file.is_open_write", .flag, "W", 5,
            "whether the file was opened for writing", extra: true),
        row(
            .fileIsOpenRead, "file.is_open_read", .flag, "R", 5,
            "whether the file was opened for reading", extra: true),
        row(.networkProtocol, "net.proto", .number, "Proto", 5, "protocol number: 6 TCP, 17 UDP"),
        row(.sourcePort, "net.sport", .number, "SPort", 5, "port of the side that connected"),
        row(.destinationPort, "net.dport", .number, "DPort", 5, "port of the side that accepted"),
        row(.sourceAddress, "net.sip", .text, "SIP", 16, "address of the side that connected"),
        row(.destinationAddress, "net.dip", .text, "DIP", 16, "address of the side that accepted"),
        row(.anyPort, "net.port", .numbers, "Port", 12, "both ports", extra: true),
        row(.anyAddress, "net.ip", .texts, "IP", 32, "both addresses", extra: true),
        row(
            .resource, "res", .text, "Resource", 45,
            "the file or files, or both ends of the connection"),
        row(.readBytes, "flow.rbytes", .number, "NoBRead", 8, "bytes read or received"),
        row(.readOperations, "flow.rops", .number, "NoOpsRead", 9, "reads or receives"),
        row(.writtenBytes, "flow.wbytes", .number, "NoBWrite", 8, "bytes written or sent"),
        row(.writeOperations, "flow.wops", .number, "NoOpsWrite", 10, "writes or sends"),
        row(.threadsCloned, "pf.nthreads", .number, "NoThreads", 9, "threads begun (PF)"),
        row(.threadsExited, "pf.nexits", .number, "NoThrExits", 10, "threads ended (PF)"),
        row(
            .threadErrors, "pf.nerrors", .number, "NoThrErrs", 9,
            "threads that could not be begun (PF)"),
        row(.containerID, "container.id", .text, "Cont ID", 12, "container's id"),
        row(.containerName, "container.name", .text, "Cont Name", 12, "container's name"),
        row(
            .containerImageID, "container.imageid", .text, "Image ID", 12,
            "id of the container's image"),
        row(
            .containerImage, "container.image", .text, "Image Name", 12,
            "name of the container's image"),
        row(
            .containerType, "container.type", .text, "Cont Type", 13,
            "container's runtime, as in CT_DOCKER"),
        row(
            .containerPrivileged, "container.privileged", .flag, "Privileged", 10,
            "whether the container is privileged"),
        row(.podID, "pod.id", .text, "Pod Id", 12, "pod's id"),
        row(.podName, "pod.name", .text, "Pod Name", 30, "pod's name"),
        row(.podNode, "pod.nname", .text, "Pod Node Name", 13, "name of the pod's node"),
        row(
            .podHostAddresses, "pod.hostip", .texts, "Pod Host IP", 16,
            "addresses of the pod's node"),
        row(
            .podAddresses, "pod.internalip", .texts, "Pod Intern IP", 16,
            "the pod's own addresses"),
        row(.podNamespace, "pod.ns", .text, "Pod Namespace", 13, "pod's namespace"),
        row(
            .podRestarts, "pod.rstrtcnt", .number, "Rstrt Cnt", 9,
            "how often the pod was restarted"),
        row(
            .podServices, "pod.services", .texts, "Pod Services", 40,
            "services that select the pod; a query sees their names"),
        row(.nodeID, "node.id", .text, "Node ID", 12, "who recorded"),
        row(.nodeAddress, "node.ip", .text, "Node IP", 16, "address of the recording node"),
        row(
            .traceFile, "filename", .text, "File name", 15,
            "the trace's name as its writer gave it"),
        row(.schema, "schema", .number, "SF Schema", 9, "version of the trace's schema"),
        row(.tags, "tags", .texts, "Tags", 10, "what rules said of it"),
        row(
            .kubernetesAction, "k8s.action", .text, "K8s EV Action", 25,
            "what happened to the component (KE)"),
        row(
            .kubernetesKind, "k8s.kind", .text, "K8s EV Comp Type", 26,
            "kind of the component (KE)"),
        row(
            .kubernetesMessage, "k8s.msg", .text, "K8s EV Msg", 60,
            "the event as Kubernetes told it (KE)"),
        row(
            .verdictDimension, "verdict.dimension", .text, "Dimension", 9,
            "what was judged: exec, file, egress, listen (V)", extra: true),
        row(
            .verdictOutcome, "verdict.outcome", .text, "Outcome", 8,
            "what became of it: flagged, denied, killed (V)", extra: true),
        row(
            .verdictAccess, "verdict.access", .texts, "Access", 14,
            "what was asked for, as in read, write, connect (V)", extra: true),
        row(
            .verdictObject, "verdict.object", .text, "Object", 45,
            "the path or the address that was asked for (V)", extra: true),
        row(
            .verdictProfile, "verdict.profile", .text, "Profile", 16,
            "the profile that does not allow it (V)", extra: true),
        row(
            .lossKind, "loss.kind", .text, "Lost", 16,
            "what the recorder did not see, as in exec, file open (L)", extra: true),
        row(.lossCause, "loss.cause", .text, "Cause", 12, "why it did not (L)", extra: true),
        row(.lossCount, "loss.count", .number, "Count", 9, "how many (L)", extra: true),
    ]

    private static func row(
        _ attribute: Attribute, _ name: String, _ type: ValueType, _ title: String, _ width: Int,
        _ summary: String, extra: Bool = false
    ) -> Entry {
        Entry(
            attribute: attribute, name: name, type: type, title: title, width: width,
            summary: summary, isExtra: extra)
    }
}
