import RecordWriting
import SensorABI

/// One record of each kind, each field with a value of its own.
let samples: [(name: String, bytes: [UInt8])] = {
    let w = RecordWriter(
        slot: 0x0102_0304, boottime: 0x1112_1314_1516_1718, tgid: 0x2122, tid: 0x2324,
        start: 0x3132_3334_3536_3738, cgroupID: 0x4142_4344)
    return [
        ("fork", w.fork(child: 501, childTid: 502, childStart: 503)),
        (
            "exec",
            w.exec(
                exe: "/bin/sh", args: ["sh", "-c", ""], cwd: "/tmp", parent: 601,
                parentStart: 602, flags: 3, uid: 603, gid: 604)
        ),
        ("exit", w.exit(status: -701, isThread: true)),
        ("process", w.exec(kind: LL_KIND_PROCESS, exe: "/a", args: ["a"], cwd: "")),
        ("credentials", w.credentials(uid: 801, gid: 802, result: -1)),
        ("namespace", w.namespace(LL_NAMESPACE_UNSHARE, flags: 0x2000_0000, result: -22)),
        (
            "fileOpen",
            w.fileOpen(
                path: "/etc/passwd", dentry: 901, mode: 3, inodeMode: 0o100600, openFlags: 0o2001,
                fd: 17, operations: LL_OPERATION_OPEN | LL_OPERATION_MMAP)
        ),
        (
            "fileOperation",
            w.fileOperation(
                LL_OPERATION_RENAME, path: "/a", second: "/bc", result: -13, argument: 5)
        ),
        (
            "fileEnd",
            w.fileEnd(
                dentry: 1001, mode: 2, first: 1002, last: 1003, reads: 1004, readBytes: 1005,
                writes: 1006, writeBytes: 1007, opens: 1008, operations: 1009)
        ),
        (
            "socketOpen",
            w.socket(
                sock: 1101, proto: 17, localPort: 1102, remotePort: 1103, operations: 1104,
                first: 1105, last: 1106, receives: 1107, receiveBytes: 1108, sends: 1109,
                sendBytes: 1110, fd: 1111)
        ),
        ("socketEnd", w.socket(kind: LL_KIND_SOCKET_END, sock: 1201)),
        (
            "socketOperation",
            w.socketOperation(
                LL_OPERATION_LISTEN, family: 10, proto: 6, local: mapped(127, 0, 0, 1),
                localPort: 1301, remote: mapped(1, 2, 3, 4), remotePort: 1302, result: -98)
        ),
        ("verdict", w.verdict(object: "/etc/shadow", subject: "/usr/sbin/nginx")),
        ("cgroup", w.cgroup(LL_CGROUP_REMOVED, path: "/kubepods/x")),
        ("act", w.act(LL_DIMENSION_CAPABILITY, 13, result: -2)),
    ]
}()
