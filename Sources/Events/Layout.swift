/// Where the fields of `loadline_abi.h` lie, in bytes from the start of the record (or of the
/// key or value). A test holds each equal to `MemoryLayout.offset(of:)` of the C struct.
package enum Layout {
    package enum Header {
        package static let kind = 0
        package static let size = 2
        package static let slot = 4
        package static let boottime = 8
        package static let cgroupID = 16
        package static let tgid = 24
        package static let tid = 28
        package static let start = 32
        package static let end = 40
    }

    package enum Fork {
        package static let childTgid = 40
        package static let childTid = 44
        package static let childStart = 48
        package static let end = 56
    }

    package enum Exec {
        package static let parentTgid = 40
        package static let flags = 44
        package static let parentStart = 48
        package static let uid = 56
        package static let gid = 60
        package static let exeLength = 64
        package static let argsLength = 66
        package static let cwdLength = 68
        package static let inode = 72
        package static let device = 80
        package static let end = 88
    }

    package enum Exit {
        package static let status = 40
        package static let isThread = 44
        package static let end = 48
    }

    package enum Credentials {
        package static let uid = 40
        package static let gid = 44
        package static let result = 48
        package static let systemCall = 52
        package static let end = 56
    }

    package enum Namespace {
        package static let operation = 40
        package static let flags = 44
        package static let result = 48
        package static let end = 56
    }

    package enum FileKey {
        package static let dentry = 0
        package static let tgid = 8
        package static let mode = 12
        package static let end = 16
    }

    package enum FileFlow {
        package static let start = 0
        package static let first = 8
        package static let last = 16
        package static let reads = 24
        package static let readBytes = 32
        package static let writes = 40
        package static let writeBytes = 48
        package static let opens = 56
        package static let operations = 108
        package static let slot = 112
        package static let end = 136
    }

    package enum FileOpen {
        package static let key = 40
        package static let inode = 56
        package static let device = 64
        package static let inodeMode = 68
        package static let openFlags = 72
        package static let fd = 76
        package static let pathLength = 80
        package static let operations = 84
        package static let end = 88
    }

    package enum FileEnd {
        package static let key = 40
        package static let flow = 56
        package static let end = 192
    }

    package enum FileOperation {
        package static let operation = 40
        package static let result = 44
        package static let argument = 48
        package static let pathLength = 52
        package static let secondPathLength = 54
        package static let pathFlags = 56
        package static let origin = 60
        package static let end = 64
    }

    package enum SocketKey {
        package static let sock = 0
        package static let tgid = 8
        package static let remotePort = 12
        package static let proto = 14
        package static let remoteAddress = 16
        package static let end = 32
    }

    package enum SocketFlow {
        package static let start = 0
        package static let first = 8
        package static let last = 16
        package static let receives = 24
        package static let receiveBytes = 32
        package static let sends = 40
        package static let sendBytes = 48
        package static let operations = 56
        package static let slot = 60
        package static let fd = 68
        package static let localAddress = 72
        package static let localPort = 88
        package static let end = 96
    }

    package enum Socket {
        package static let key = 40
        package static let flow = 72
        package static let end = 168
    }

    package enum SocketEvent {
        package static let operation = 40
        package static let result = 44
        package static let family = 48
        package static let proto = 50
        package static let localPort = 52
        package static let remotePort = 54
        package static let localAddress = 56
        package static let remoteAddress = 72
        package static let socketType = 88
        package static let fd = 92
        package static let end = 96
    }

    package enum Verdict {
        package static let dimension = 40
        package static let verdict = 44
        package static let access = 48
        package static let action = 52
        package static let profile = 56
        package static let policyGeneration = 60
        package static let objectLength = 64
        package static let subjectLength = 66
        package static let flags = 68
        package static let end = 72
    }

    package enum Act {
        package static let dimension = 40
        package static let number = 44
        package static let result = 48
        package static let end = 56
    }

    package enum Cgroup {
        package static let operation = 40
        package static let level = 44
        package static let pathLength = 48
        package static let end = 56
    }
}
