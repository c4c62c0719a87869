import Events
import SensorABI
import Testing

/// The offsets that the decoder uses are those of the C structs.
@Suite struct LayoutTests {
    private func check<T>(
        _ type: T.Type, end: Int, _ fields: [(Int, PartialKeyPath<T>)]
    ) {
        #expect(end == MemoryLayout<T>.size, "\(T.self)")
        for (offset, field) in fields {
            #expect(offset == MemoryLayout<T>.offset(of: field), "\(field)")
        }
    }

    @Test func headerAndProcessRecords() {
        check(
            ll_header.self, end: Layout.Header.end,
            [
                (Layout.Header.kind, \.kind), (Layout.Header.size, \.size),
                (Layout.Header.slot, \.slot), (Layout.Header.boottime, \.boottime_ns),
                (Layout.Header.cgroupID, \.cgroup_id), (Layout.Header.tgid, \.tgid),
                (Layout.Header.tid, \.tid), (Layout.Header.start, \.start_boottime_ns),
            ])
        check(
            ll_fork.self, end: Layout.Fork.end,
            [
                (Layout.Fork.childTgid, \.child_tgid), (Layout.Fork.childTid, \.child_tid),
                (Layout.Fork.childStart, \.child_start_boottime_ns),
            ])
        check(
            ll_exec.self, end: Layout.Exec.end,
            [
                (Layout.Exec.parentTgid, \.parent_tgid), (Layout.Exec.flags, \.flags),
                (Layout.Exec.parentStart, \.parent_start_boottime_ns), (Layout.Exec.uid, \.uid),
                (Layout.Exec.gid, \.gid), (Layout.Exec.exeLength, \.exe_length),
                (Layout.Exec.argsLength, \.args_length), (Layout.Exec.cwdLength, \.cwd_length),
                (Layout.Exec.inode, \.inode), (Layout.Exec.device, \.device),
            ])
        check(
            ll_exit.self, end: Layout.Exit.end,
            [(Layout.Exit.status, \.status), (Layout.Exit.isThread, \.is_thread)])
        check(
            ll_credentials.self, end: Layout.Credentials.end,
            [
                (Layout.Credentials.uid, \.uid), (Layout.Credentials.gid, \.gid),
                (Layout.Credentials.result, \.result),
                (Layout.Credentials.systemCall, \.system_call),
            ])
        check(
            ll_namespace.self, end: Layout.Namespace.end,
            [
                (Layout.Namespace.operation, \.operation),
                (Layout.Namespace.flags, \.namespace_flags), (Layout.Namespace.result, \.result),
            ])
    }

    @Test func fileRecords() {
        check(
            ll_file_flow_key.self, end: Layout.FileKey.end,
            [
                (Layout.FileKey.dentry, \.dentry), (Layout.FileKey.tgid, \.tgid),
                (Layout.FileKey.mode, \.mode),
            ])
        check(
            ll_file_flow.self, end: Layout.FileFlow.end,
            [
                (Layout.FileFlow.start, \.start_boottime_ns),
                (Layout.FileFlow.first, \.first_boottime_ns),
                (Layout.FileFlow.last, \.last_boottime_ns), (Layout.FileFlow.reads, \.reads),
                (Layout.FileFlow.readBytes, \.read_bytes), (Layout.FileFlow.writes, \.writes),
                (Layout.FileFlow.writeBytes, \.write_bytes), (Layout.FileFlow.opens, \.opens),
                (Layout.FileFlow.operations, \.operations), (Layout.FileFlow.slot, \.slot),
            ])
        check(
            ll_file_open.self, end: Layout.FileOpen.end,
            [
                (Layout.FileOpen.key, \.key), (Layout.FileOpen.inode, \.inode),
                (Layout.FileOpen.device, \.device), (Layout.FileOpen.inodeMode, \.inode_mode),
                (Layout.FileOpen.openFlags, \.open_flags), (Layout.FileOpen.fd, \.fd),
                (Layout.FileOpen.pathLength, \.path_length),
                (Layout.FileOpen.operations, \.operations),
            ])
        check(
            ll_file_end.self, end: Layout.FileEnd.end,
            [(Layout.FileEnd.key, \.key), (Layout.FileEnd.flow, \.flow)])
        check(
            ll_file_operation.self, end: Layout.FileOperation.end,
            [
                (Layout.FileOperation.operation, \.operation),
                (Layout.FileOperation.result, \.result),
                (Layout.FileOperation.argument, \.argument),
                (Layout.FileOperation.pathLength, \.path_length),
                (Layout.FileOperation.secondPathLength, \.second_path_length),
                (Layout.FileOperation.pathFlags, \.path_flags),
                (Layout.FileOperation.origin, \.origin),
            ])
    }

    @Test func socketRecords() {
        check(
            ll_socket_flow_key.self, end: Layout.SocketKey.end,
            [
                (Layout.SocketKey.sock, \.sock), (Layout.SocketKey.tgid, \.tgid),
                (Layout.SocketKey.remotePort, \.remote_port),
                (Layout.SocketKey.proto, \.protocol),
                (Layout.SocketKey.remoteAddress, \.remote_address),
            ])
        check(
            ll_socket_flow.self, end: Layout.SocketFlow.end,
            [
                (Layout.SocketFlow.start, \.start_boottime_ns),
                (Layout.SocketFlow.first, \.first_boottime_ns),
                (Layout.SocketFlow.last, \.last_boottime_ns),
                (Layout.SocketFlow.receives, \.receives),
                (Layout.SocketFlow.receiveBytes, \.receive_bytes),
                (Layout.SocketFlow.sends, \.sends), (Layout.SocketFlow.sendBytes, \.send_bytes),
                (Layout.SocketFlow.operations, \.operations), (Layout.SocketFlow.slot, \.slot),
                (Layout.SocketFlow.fd, \.fd), (Layout.SocketFlow.localAddress, \.local_address),
                (Layout.SocketFlow.localPort, \.local_port),
            ])
        check(
            ll_socket.self, end: Layout.Socket.end,
            [(Layout.Socket.key, \.key), (Layout.Socket.flow, \.flow)])
        check(
            ll_socket_event.self, end: Layout.SocketEvent.end,
            [
                (Layout.SocketEvent.operation, \.operation),
                (Layout.SocketEvent.result, \.result), (Layout.SocketEvent.family, \.family),
                (Layout.SocketEvent.proto, \.protocol),
                (Layout.SocketEvent.localPort, \.local_port),
                (Layout.SocketEvent.remotePort, \.remote_port),
                (Layout.SocketEvent.localAddress, \.local_address),
                (Layout.SocketEvent.remoteAddress, \.remote_address),
                (Layout.SocketEvent.socketType, \.socket_type), (Layout.SocketEvent.fd, \.fd),
            ])
    }

    @Test func verdictAndCgroup() {
        check(
            ll_verdict.self, end: Layout.Verdict.end,
            [
                (Layout.Verdict.dimension, \.dimension), (Layout.Verdict.verdict, \.verdict),
                (Layout.Verdict.access, \.access), (Layout.Verdict.action, \.action),
                (Layout.Verdict.profile, \.profile),
                (Layout.Verdict.policyGeneration, \.policy_generation),
                (Layout.Verdict.objectLength, \.object_length),
                (Layout.Verdict.subjectLength, \.subject_length),
                (Layout.Verdict.flags, \.flags),
            ])
        check(
            ll_act.self, end: Layout.Act.end,
            [
                (Layout.Act.dimension, \.dimension), (Layout.Act.number, \.number),
                (Layout.Act.result, \.result),
            ])
        check(
            ll_cgroup.self, end: Layout.Cgroup.end,
            [
                (Layout.Cgroup.operation, \.operation), (Layout.Cgroup.level, \.level),
                (Layout.Cgroup.pathLength, \.path_length),
            ])
    }
}
