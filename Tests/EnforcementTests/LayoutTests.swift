import Kernel
import SensorABI
import Testing

/// The structs as clang laid them out for the kernel, by the object's own BTF, against Swift's
/// view of the same header. The list is written by hand: a field that is added here or there
/// alone is a failure.
@Suite struct LayoutTests {
    private struct View {
        var name: String
        var size: Int
        var fields: [(name: String, offset: Int?)]
    }

    @Test func swiftAndTheObjectAgree() throws {
        let object = try BPFObject(bytes: EmbeddedObjects.sensor, name: "loadline")
        for view in Self.views {
            let layout = try #require(
                object.layout(of: view.name), "the object's BTF has no struct \(view.name)")
            #expect(layout.size == view.size, "\(view.name)")
            #expect(layout.fields.map(\.name) == view.fields.map(\.name), "\(view.name)")
            for (there, here) in zip(layout.fields, view.fields) {
                #expect(there.offset == here.offset, "\(view.name).\(there.name)")
            }
            // Nothing lies between the fields: padding would carry kernel memory out.
            var end = 0
            for field in layout.fields {
                #expect(field.offset == end, "padding before \(view.name).\(field.name)")
                end = field.offset + field.size
            }
            #expect(end == layout.size, "padding at the end of \(view.name)")
        }
    }

    @Test func whatIsNotThereIsNotFound() throws {
        let object = try BPFObject(bytes: EmbeddedObjects.sensor, name: "loadline")
        #expect(object.layout(of: "ll_no_such_struct") == nil)
    }

    private static func view<Struct>(
        _ name: String, _ type: Struct.Type, _ fields: [(String, PartialKeyPath<Struct>)]
    ) -> View {
        View(
            name: name, size: MemoryLayout<Struct>.size,
            fields: fields.map { ($0.0, MemoryLayout<Struct>.offset(of: $0.1)) })
    }

    private static var views: [View] {
        [
            view(
                "ll_guard", ll_guard.self,
                [
                    ("pins_inode", \.pins_inode), ("pins_device", \.pins_device),
                    ("agent_pid", \.agent_pid), ("executable_inode", \.executable_inode),
                    ("mount_namespace", \.mount_namespace),
                    ("executable_device", \.executable_device), ("is_on", \.is_on),
                    ("refused", \.refused), ("last_pid", \.last_pid), ("last_kept", \.last_kept),
                ]),
            view(
                "ll_content_key", ll_content_key.self,
                [
                    ("path_hash", \.path_hash), ("inode", \.inode), ("ctime_ns", \.ctime_ns),
                    ("size", \.size), ("device", \.device),
                    ("inode_generation", \.inode_generation),
                    ("policy_generation", \.policy_generation), ("access", \.access),
                ]),
            view(
                "ll_content_settings", ll_content_settings.self,
                [
                    ("beat_boottime_ns", \.beat_boottime_ns), ("patience_ns", \.patience_ns),
                    ("is_on", \.is_on), ("reserved0", \.reserved0),
                ]),
            view(
                "ll_held_content", ll_held_content.self,
                [
                    ("key", \.key), ("cgroup_id", \.cgroup_id),
                    ("start_boottime_ns", \.start_boottime_ns),
                    ("held_boottime_ns", \.held_boottime_ns), ("slot", \.slot), ("tgid", \.tgid),
                    ("state", \.state), ("is_stopped", \.is_stopped), ("fd", \.fd),
                    ("origin", \.origin), ("path_length", \.path_length),
                    ("reserved0", \.reserved0), ("path", \.path),
                ]),
            view(
                "ll_content_question", ll_content_question.self,
                [
                    ("key", \.key), ("fd", \.fd), ("writers", \.writers),
                ]),
            view(
                "ll_returns", ll_returns.self, [("is_seen", \.is_seen), ("period", \.period)]),
            view(
                "ll_header", ll_header.self,
                [
                    ("kind", \.kind),
                    ("size", \.size),
                    ("slot", \.slot),
                    ("boottime_ns", \.boottime_ns),
                    ("cgroup_id", \.cgroup_id),
                    ("tgid", \.tgid),
                    ("tid", \.tid),
                    ("start_boottime_ns", \.start_boottime_ns),
                ]),
            view(
                "ll_fork", ll_fork.self,
                [
                    ("header", \.header),
                    ("child_tgid", \.child_tgid),
                    ("child_tid", \.child_tid),
                    ("child_start_boottime_ns", \.child_start_boottime_ns),
                ]),
            view(
                "ll_exec", ll_exec.self,
                [
                    ("header", \.header),
                    ("parent_tgid", \.parent_tgid),
                    ("flags", \.flags),
                    ("parent_start_boottime_ns", \.parent_start_boottime_ns),
                    ("uid", \.uid),
                    ("gid", \.gid),
                    ("exe_length", \.exe_length),
                    ("args_length", \.args_length),
                    ("cwd_length", \.cwd_length),
                    ("reserved0", \.reserved0),
                    ("inode", \.inode),
                    ("device", \.device),
                    ("reserved1", \.reserved1),
                ]),
            view(
                "ll_exit", ll_exit.self,
                [
                    ("header", \.header),
                    ("status", \.status),
                    ("is_thread", \.is_thread),
                ]),
            view(
                "ll_credentials", ll_credentials.self,
                [
                    ("header", \.header),
                    ("uid", \.uid),
                    ("gid", \.gid),
                    ("result", \.result),
                    ("system_call", \.system_call),
                ]),
            view(
                "ll_namespace", ll_namespace.self,
                [
                    ("header", \.header),
                    ("operation", \.operation),
                    ("namespace_flags", \.namespace_flags),
                    ("result", \.result),
                    ("reserved0", \.reserved0),
                ]),
            view(
                "ll_file_flow_key", ll_file_flow_key.self,
                [
                    ("dentry", \.dentry),
                    ("tgid", \.tgid),
                    ("mode", \.mode),
                ]),
            view(
                "ll_file_flow", ll_file_flow.self,
                [
                    ("start_boottime_ns", \.start_boottime_ns),
                    ("first_boottime_ns", \.first_boottime_ns),
                    ("last_boottime_ns", \.last_boottime_ns),
                    ("reads", \.reads),
                    ("read_bytes", \.read_bytes),
                    ("writes", \.writes),
                    ("write_bytes", \.write_bytes),
                    ("opens", \.opens),
                    ("deviations", \.deviations),
                    ("mount", \.mount),
                    ("inode", \.inode),
                    ("epoch", \.epoch),
                    ("policy_generation", \.policy_generation),
                    ("allowed", \.allowed),
                    ("deviating", \.deviating),
                    ("operations", \.operations),
                    ("slot", \.slot),
                    ("announced", \.announced),
                    ("path_hash", \.path_hash),
                    ("seen", \.seen),
                    ("last_tick", \.last_tick),
                ]),
            view(
                "ll_file_open", ll_file_open.self,
                [
                    ("header", \.header),
                    ("key", \.key),
                    ("inode", \.inode),
                    ("device", \.device),
                    ("inode_mode", \.inode_mode),
                    ("open_flags", \.open_flags),
                    ("fd", \.fd),
                    ("path_length", \.path_length),
                    ("reserved0", \.reserved0),
                    ("operations", \.operations),
                ]),
            view(
                "ll_file_end", ll_file_end.self,
                [
                    ("header", \.header),
                    ("key", \.key),
                    ("flow", \.flow),
                ]),
            view(
                "ll_file_operation", ll_file_operation.self,
                [
                    ("header", \.header),
                    ("operation", \.operation),
                    ("result", \.result),
                    ("argument", \.argument),
                    ("path_length", \.path_length),
                    ("second_path_length", \.second_path_length),
                    ("path_flags", \.path_flags),
                    ("origin", \.origin),
                ]),
            view(
                "ll_socket_flow_key", ll_socket_flow_key.self,
                [
                    ("sock", \.sock),
                    ("tgid", \.tgid),
                    ("remote_port", \.remote_port),
                    ("protocol", \.`protocol`),
                    ("remote_address", \.remote_address),
                ]),
            view(
                "ll_socket_flow", ll_socket_flow.self,
                [
                    ("start_boottime_ns", \.start_boottime_ns),
                    ("first_boottime_ns", \.first_boottime_ns),
                    ("last_boottime_ns", \.last_boottime_ns),
                    ("receives", \.receives),
                    ("receive_bytes", \.receive_bytes),
                    ("sends", \.sends),
                    ("send_bytes", \.send_bytes),
                    ("operations", \.operations),
                    ("slot", \.slot),
                    ("announced", \.announced),
                    ("fd", \.fd),
                    ("local_address", \.local_address),
                    ("local_port", \.local_port),
                    ("reserved0", \.reserved0),
                    ("last_tick", \.last_tick),
                ]),
            view(
                "ll_socket", ll_socket.self,
                [
                    ("header", \.header),
                    ("key", \.key),
                    ("flow", \.flow),
                ]),
            view(
                "ll_socket_event", ll_socket_event.self,
                [
                    ("header", \.header),
                    ("operation", \.operation),
                    ("result", \.result),
                    ("family", \.family),
                    ("protocol", \.`protocol`),
                    ("local_port", \.local_port),
                    ("remote_port", \.remote_port),
                    ("local_address", \.local_address),
                    ("remote_address", \.remote_address),
                    ("socket_type", \.socket_type),
                    ("fd", \.fd),
                ]),
            view(
                "ll_verdict", ll_verdict.self,
                [
                    ("header", \.header),
                    ("dimension", \.dimension),
                    ("verdict", \.verdict),
                    ("access", \.access),
                    ("action", \.action),
                    ("profile", \.profile),
                    ("policy_generation", \.policy_generation),
                    ("object_length", \.object_length),
                    ("subject_length", \.subject_length),
                    ("flags", \.flags),
                ]),
            view(
                "ll_act", ll_act.self,
                [
                    ("header", \.header),
                    ("dimension", \.dimension),
                    ("number", \.number),
                    ("result", \.result),
                    ("reserved0", \.reserved0),
                ]),
            view(
                "ll_endpoint", ll_endpoint.self,
                [
                    ("protocol", \.`protocol`),
                    ("port", \.port),
                    ("address", \.address),
                ]),
            view(
                "ll_cgroup", ll_cgroup.self,
                [
                    ("header", \.header),
                    ("operation", \.operation),
                    ("level", \.level),
                    ("path_length", \.path_length),
                    ("reserved0", \.reserved0),
                    ("reserved1", \.reserved1),
                ]),
            view(
                "ll_statistics", ll_statistics.self,
                [
                    ("delivered", \.delivered),
                    ("lost", \.lost),
                    ("decided", \.decided),
                    ("flagged", \.flagged),
                    ("denied", \.denied),
                    ("killed", \.killed),
                    ("entries", \.entries),
                ]),
            view(
                "ll_policy_header", ll_policy_header.self,
                [
                    ("magic", \.magic),
                    ("abi_version", \.abi_version),
                    ("cell_count", \.cell_count),
                    ("root", \.root),
                    ("action", \.action),
                    ("runtime_subject", \.runtime_subject),
                    ("response", \.response),
                    ("breaker", \.breaker),
                    ("reserved", \.reserved),
                ]),
            view(
                "ll_decide_request", ll_decide_request.self,
                [
                    ("profile", \.profile),
                    ("repeat", \.`repeat`),
                    ("key_index", \.key_index),
                    ("dimension", \.dimension),
                    ("subject_length", \.subject_length),
                    ("object_length", \.object_length),
                    ("is_serving", \.is_serving),
                    ("reserved", \.reserved),
                    ("allowed", \.allowed),
                    ("subject_state", \.subject_state),
                    ("elapsed_ns", \.elapsed_ns),
                ]),
        ]
    }
}
