// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Loadline's kernel side.
 *
 * | hook                        | what is done there                               |
 * |-----------------------------|--------------------------------------------------|
 * | tp_btf/sched_process_fork   | identity handed on; FORK                         |
 * | tp_btf/sched_prepare_exec   | exec judged, before the old image is gone        |
 * | tp_btf/sched_process_exec   | EXEC; the set-up phase ends; starts held         |
 * | tp_btf/sched_process_exit   | EXIT                                             |
 * | tp_btf/cgroup_attach_task   | identity begun by being moved into a container   |
 * | tp_btf/cgroup_mkdir, rmdir  | CGROUP                                           |
 * | tp_btf/sys_exit             | opens and rare acts judged; volumes, path calls; |
 * |                             | lsm, fmod_ret: while somebody records, returns.h |
 * | tp_btf/io_uring_complete    | opens, reads, writes by io_uring judged          |
 * | tp_btf/io_uring_file_get    | reads and writes by it judged as they begin      |
 * | tp_btf/io_uring_submit_req  | its calls on names, its sockets (_sqe before 6.3)|
 * | tp_btf/signal_generate      | a signal out of the container                    |
 * | tp_btf/mmap_lock_start_...  | mode signal: process_vm_writev judged            |
 * | tp_btf/sk_data_ready        | mode signal: AF_UNIX datagrams judged            |
 * | tp_btf/cap_capable          | mode signal: capabilities used, judged           |
 * | cgroup/sock_create          | mode signal: raw sockets judged and refused      |
 * | tp_btf/inet_sock_set_state  | listen judged; connections ended                 |
 * | cgroup/connect4,6 sendmsg4,6| egress judged and refused                        |
 * | cgroup/recvmsg4,6           | a datagram's sender, for its flow                |
 * | cgroup/bind4,6              | listen judged and refused                        |
 * | iter/task                   | identity for tasks that ran before; starts judged|
 * | lsm or fmod_ret             | refused before they take effect, where the       |
 * |                             | kernel allows it (gates.h)                       |
 * | fexit                       | lsm, fmod_ret: what an open came to; personality |
 * | syscall                     | the decision alone, for tests and benchmarks     |
 */
#include "act_gates.h"
#include "act_hooks.h"
#include "acts.h"
#include "adoption.h"
#include "begun.h"
#include "capabilities.h"
#include "contents.h"
#include "decide.h"
#include "descriptor_gates.h"
#include "files.h"
#include "holding.h"
#include "keeping.h"
#include "named_calls.h"
#include "namegates.h"
#include "sockets.h"
#include "pathops.h"
#include "rings.h"
#include "submitted.h"
#include "syscalls_x86_64.h"
#include "transfers.h"
#include "decision_alone.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* A struct that only the ring buffer carries is absent from BTF unless a global
 * holds it (a pointer is not enough); a test compares these with Swift's view. */
struct abi_anchors {
	struct ll_fork fork;
	struct ll_exec exec;
	struct ll_exit exit;
	struct ll_credentials credentials;
	struct ll_namespace namespace;
	struct ll_file_open file_open;
	struct ll_file_end file_end;
	struct ll_file_operation file_operation;
	struct ll_socket socket;
	struct ll_socket_event socket_event;
	struct ll_verdict verdict;
	struct ll_cgroup cgroup;
	struct ll_act act;
	struct ll_policy_header policy_header;
	struct ll_hold_settings hold_settings;
	struct ll_hold_counts hold_counts;
	struct ll_held_start held_start;
	struct ll_held_content held_content;
	struct ll_content_settings content_settings;
	struct ll_content_question content_question;
	struct ll_returns returns;
} abi_anchors;

/* ---- processes ------------------------------------------------------ */

SEC("tp_btf/sched_process_fork")
int on_fork(u64 *ctx)
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	if (!is_watched(parent->pid)) {
		if (!(child->flags & PF_KTHREAD))
			adopt_unseen(child);
		return 0;
	}
	struct task_identity *from = watched_identity(parent);
	/* Without a slot: another CPU is at it. */
	if (!from || !from->slot) {
		adopt_unseen(child);
		return 0;
	}
	if (!is_slot_watched(from->slot)) {
		clear_watched(parent->pid);
		return 0;
	}
	u64 child_start_boottime_ns = child->group_leader->start_boottime;
	struct task_identity *to =
		bpf_task_storage_get(&identities, child, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (to) {
		if (from->found_as)
			look_again(parent, from);
		copy_identity(to, from);
		keep_phase(parent, to);
		to->start_boottime_ns = child_start_boottime_ns;
		to->peer_port = to->begun = 0;
		to->sent_dentry = 0;
		to->names[0].dentry = to->names[1].dentry = 0;
		if (child->tgid != parent->tgid)
			to->origin &= ~ORIGIN_INIT;
		to->new_namespaces = new_namespaces(parent, child);
		/* Another process is to be seen in the records with what it does itself. */
		if (child->pid == child->tgid) {
			to->acts.announced = to->capabilities.announced = 0;
			to->acts.announced_serving = to->capabilities.announced_serving = 0;
		}
		end_adoption(child, to, from->slot);
	} else {
		/* The kernel refuses now and then, for want of memory or when this
		 * CPU is in the middle of another. A child unknown is a child free:
		 * marked as watched, it is adopted at its own next event. Nothing
		 * is lost by that: the record needs only what the parent is. */
		ask_for_adoption(parent);
	}
	set_watched(child->pid);
	if (from->phase == PHASE_SETUP)
		return 0;
	struct ll_fork record = {};
	fill_header(&record.header, from, parent, LL_KIND_FORK, sizeof(record));
	record.child_tgid = child->tgid;
	record.child_tid = child->pid;
	record.child_start_boottime_ns = child_start_boottime_ns;
	deliver(from->slot, LL_KIND_FORK, &record, sizeof(record));
	return 0;
}

static __always_inline void judge_exec(struct task_struct *task, struct task_identity *identity,
				       struct file *file)
{
	struct judgement j;
	keep_phase(task, identity);
	begin_judgement(&j, identity->slot);
	if (!j.word)
		return;
	u32 length = resolve_path(file->f_path.mnt, file->f_path.dentry, AREA_A_END, 0,
				  identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(0), LL_KIND_EXEC);
	judge_object(task, identity, &j, QUESTION(LL_DIMENSION_EXEC, LL_ACCESS_EXECUTE, 0), length);
	judge_exec_content(identity, &j, 0, BPF_CORE_READ(file, f_inode), length);
	if (!j.deviating)
		return;
	/* subject_of() may have used the area for the subject's path only; the
	 * object still stands at AREA_A_END. */
	respond(task, identity, &j, LL_DIMENSION_EXEC, 0, length, 0);
}

/* Kernels before 6.10 have no such tracepoint; there a gate does its work. */
SEC("?tp_btf/sched_prepare_exec")
int on_prepare_exec(u64 *ctx)
{
	struct task_struct *task = current_task();
	struct linux_binprm *program = (void *)ctx[1];
	struct task_identity *identity = executing_identity(task, program->file);
	if (!identity)
		return 0;
	judge_exec(task, identity, program->file);
	return 0;
}

#define CWD_MAX 1024u

/* Returns the length of the executable's path, which then stands before AREA_A_END;
 * 0: it could not be had. */
static __noinline u32 report_process(struct task_struct *task, struct task_identity *identity,
				     u32 kind, u32 flags, u32 scratch_index)
{
	struct scratch *area = scratch(scratch_index & AREA_MASK);
	struct file *exe = task->mm->exe_file;
	if (!area || !exe)
		return 0;
	u32 exe_length = resolve_path(exe->f_path.mnt, exe->f_path.dentry, AREA_A_END,
				      scratch_index, identity->home_namespace);
	if (!exe_length || exe_length > LL_PATH_MAX) {
		count_lost(identity->slot, path_failure(scratch_index), kind);
		return 0;
	}
	u32 args_length = 0;
	/* Another's memory is not read: an exec that is told of later is told without them. */
	if (kind == LL_KIND_EXEC && task == current_task()) {
		u64 begin = task->mm->arg_start;
		u64 size = task->mm->arg_end - begin;
		if (size > LL_ARGS_MAX - 1) {
			size = LL_ARGS_MAX - 1;
			flags |= LL_PROCESS_ARGS_CUT;
		}
		args_length = size & (LL_ARGS_MAX - 1);
		if (bpf_probe_read_user(area->bytes + AREA_A_END, args_length, (void *)begin))
			args_length = 0;
	}
	u32 cwd_length = resolve_path(task->fs->pwd.mnt, task->fs->pwd.dentry, AREA_B_END,
				      scratch_index, identity->home_namespace);
	if (cwd_length > CWD_MAX - 1)
		cwd_length = 0;
	u32 at = AREA_A_END + (args_length & (LL_ARGS_MAX - 1));
	bpf_probe_read_kernel(area->bytes + at, cwd_length & (CWD_MAX - 1),
			      area->bytes + (AREA_B_END - (cwd_length & (CWD_MAX - 1))));
	u32 start = BOUNDED(AREA_A_END - exe_length - sizeof(struct ll_exec), AREA_A_END - 1);
	struct ll_exec *record = (void *)(area->bytes + start);
	u32 size = sizeof(*record) + exe_length + args_length + cwd_length;
	fill_header(&record->header, identity, task, kind, size);
	struct task_struct *parent = task->real_parent;
	if (task->signal->tty)
		flags |= LL_PROCESS_TTY;
	if (is_first_process(task))
		flags |= LL_PROCESS_CONTAINER_INIT;
	record->parent_tgid = parent->tgid;
	record->parent_start_boottime_ns = parent->group_leader->start_boottime;
	record->flags = flags;
	record->uid = task->cred->euid.val;
	record->gid = task->cred->egid.val;
	record->exe_length = exe_length;
	record->args_length = args_length;
	record->cwd_length = cwd_length;
	record->reserved0 = 0;
	record->inode = exe->f_inode->i_ino;
	record->device = exe->f_inode->i_sb->s_dev;
	record->reserved1 = 0;
	if (size <= sizeof(*record) + LL_PATH_MAX + LL_ARGS_MAX + CWD_MAX)
		deliver(identity->slot, kind, record, size);
	return exe_length;
}

SEC("tp_btf/sched_process_exec")
int on_exec(u64 *ctx)
{
	struct task_struct *task = current_task();
	u32 old_tid = ctx[1];
	/* Made known meanwhile, it goes on below. */
	if (!is_watched(old_tid) && !is_watched(task->pid) &&
	    (hold_stranger(task) || !is_watched(task->pid)))
		return 0;
	struct task_identity *identity = identity_of(task);
	if (!identity || !identity->slot) {
		hold_stranger(task);
		return 0;
	}
	if (!is_slot_watched(identity->slot)) {
		clear_watched(old_tid);
		clear_watched(task->pid);
		return 0;
	}
	/* A thread that executes takes its leader's id. */
	if (old_tid != task->pid) {
		clear_watched(old_tid);
		set_watched(task->pid);
		identity->start_boottime_ns = task->group_leader->start_boottime;
	}
	u32 exec = identity->exec, flags = exec & EXEC_OF_ENTRY ? LL_PROCESS_SETUP : 0;
	identity->exec = 0;
	if (identity->phase == PHASE_SETUP) {
		/* Adopted in the middle of the exec, nobody was asked at its beginning. */
		if (identity->setup_ends)
			identity->phase = PHASE_RUNNING;
		else if (is_containers_program(task))
			end_setup(task, identity, identity->slot);
		else
			return 0;
		flags = LL_PROCESS_SETUP;
	}
	identity->image += 1;
	identity->has_parted = 0;
	identity->subject_generation = 0;
	identity->subject = 0;
	forget_uses(identity);
	u32 length = report_process(task, identity, LL_KIND_EXEC, flags, 0);
	if (identity->content_bound)
		hold_exec(task, identity, length);
	/* The subject is resolved here, where nothing can preempt, so that the socket
	 * hooks find it ready. */
	struct judgement j;
	begin_judgement(&j, identity->slot);
	if (j.word && length && length <= LL_PATH_MAX)
		remember_subject(identity, j.word, PLACE(0, AREA_A_END - length), length);
	hold_start(task, identity, flags & LL_PROCESS_SETUP && !(exec & EXEC_ASKED), !!j.word);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	note_end(task);
	if (!is_watched(task->pid))
		return 0;
	/* Its only event, where its identity was refused at its birth. */
	struct task_identity *identity = watched_identity(task);
	clear_watched(task->pid);
	if (!identity || identity->phase != PHASE_RUNNING)
		return 0;
	int group_dead = task->signal->live.counter == 0;
	struct ll_exit record = {};
	fill_header(&record.header, identity, task, LL_KIND_EXIT, sizeof(record));
	record.is_thread = !group_dead;
	record.status = task->signal->group_exit_code;
	if (!record.status)
		record.status = task->exit_code;
	deliver(identity->slot, LL_KIND_EXIT, &record, sizeof(record));
	return 0;
}

/* ---- cgroups -------------------------------------------------------- */

static __always_inline int report_cgroup(struct cgroup *cgroup, const char *path, u32 operation)
{
	struct scratch *area = scratch(0);
	/* Hierarchy 0 is cgroup v2's; ids of others mean something else. */
	if (!area || cgroup->root->hierarchy_id != 0)
		return 0;
	struct ll_cgroup *record = (void *)area->bytes;
	long got = bpf_probe_read_kernel_str(area->bytes + sizeof(*record), LL_PATH_MAX, path);
	if (got < 1 || got > LL_PATH_MAX)
		return 0;
	struct task_struct *task = current_task();
	u32 size = sizeof(*record) + got - 1;
	record->header.kind = LL_KIND_CGROUP;
	record->header.size = size;
	record->header.slot = 0;
	record->header.boottime_ns = bpf_ktime_get_boot_ns();
	record->header.cgroup_id = cgroup->kn->id;
	record->header.tgid = task->tgid;
	record->header.tid = task->pid;
	record->header.start_boottime_ns = 0;
	record->operation = operation;
	record->level = cgroup->level;
	record->path_length = got - 1;
	record->reserved0 = 0;
	record->reserved1 = 0;
	if (size <= sizeof(*record) + LL_PATH_MAX)
		deliver(0, LL_KIND_CGROUP, record, size);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int on_cgroup_mkdir(u64 *ctx)
{
	await_decision((void *)ctx[0]);
	return report_cgroup((void *)ctx[0], (void *)ctx[1], LL_CGROUP_MADE);
}

SEC("tp_btf/cgroup_rmdir")
int on_cgroup_rmdir(u64 *ctx)
{
	u64 id = BPF_CORE_READ((struct cgroup *)ctx[0], kn, id);
	bpf_map_delete_elem(&pending_cgroups, &id);
	return report_cgroup((void *)ctx[0], (void *)ctx[1], LL_CGROUP_REMOVED);
}

/* Fires on the group's leader, once the task has its new cgroup. It may be any
 * hierarchy's move, so the v2 cgroup is asked for from the task. Of the other
 * threads user space is told, which looks for them with the iterator. */
SEC("tp_btf/cgroup_attach_task")
int on_cgroup_attach(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[2];
	/* Moved by itself: no runtime, so there is no set-up to wait out. */
	u32 phase = task->pid == current_task()->pid ? PHASE_RUNNING : PHASE_SETUP, slot = 0;
	struct task_identity *identity = is_known(task) ? 0 : begin_adoption(task, &slot);
	if (!identity || !slot)
		return 0;
	identity->phase = phase;
	if (phase == PHASE_RUNNING)
		identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	end_adoption(task, identity, slot);
	if (phase == PHASE_RUNNING)
		report_process(task, identity, LL_KIND_PROCESS, 0, 0);
	if (task->signal->live.counter > 1)
		ask_for_adoption(task);
	return 0;
}

/* ---- system calls --------------------------------------------------- */

static __noinline int report_credentials(struct task_struct *task, struct task_identity *identity,
					 u32 number, s32 result)
{
	struct ll_credentials record = {};
	fill_header(&record.header, identity, task, LL_KIND_CREDENTIALS, sizeof(record));
	record.uid = BPF_CORE_READ(task, cred, euid.val);
	record.gid = BPF_CORE_READ(task, cred, egid.val);
	record.result = result;
	record.system_call = number;
	deliver(identity->slot, LL_KIND_CREDENTIALS, &record, sizeof(record));
	return 0;
}

static __noinline int report_namespace(struct task_struct *task, struct task_identity *identity,
				       u32 operation, u32 flags, s32 result)
{
	struct ll_namespace record = {};
	fill_header(&record.header, identity, task, LL_KIND_NAMESPACE, sizeof(record));
	record.operation = operation;
	record.namespace_flags = flags;
	record.result = result;
	deliver(identity->slot, LL_KIND_NAMESPACE, &record, sizeof(record));
	return 0;
}

/* Calls that every call on the node has to be asked about, as they change what a
 * path resolved earlier means. */
static __always_inline int changes_paths(u32 class)
{
	return class == PATH(9) || class == PATH(10) || class == PATH(18) || class == PATH(19) ||
	       class == CALL_UMOUNT;
}

/* recvmmsg and sendmmsg: the kernel has written each message's length back. */
#define MESSAGES_MAX 64

/* Bytes of struct mmsghdr, whose length stands in front of its last eighth. */
#define MESSAGE_SIZE 64u
#define MESSAGE_SIZE_32 32u

/* Global, so that the verifier reads it apart from other calls. */
__noinline u64 message_bytes(struct task_identity *identity, s32 count, u32 size)
{
	struct scratch *area = scratch(0);
	if (!identity || !area)
		return 0;
	u64 *argument = area->arguments;
	u64 bytes = 0;
	for (u32 i = 0; i < MESSAGES_MAX; i++) {
		u64 at = argument[1] + (i + 1) * size - size / 8;
		u32 length = 0;
		if ((s32)i >= count)
			break;
		bpf_probe_read_user(&length, sizeof(length), (void *)at);
		bytes += length;
	}
	/* Those beyond the bound are in the flow by their call and not by their bytes. */
	if (count > MESSAGES_MAX)
		count_lost(identity->slot, LL_LOSS_TOO_LONG, LL_KIND_SOCKET_OPEN);
	return bytes;
}

/* A socket that no flow will ever show: packet, raw, netlink and the like. */
static __noinline int report_unusual_socket(struct task_struct *task,
					    struct task_identity *identity, s32 fd, u64 *argument)
{
	struct scratch *area = scratch(0);
	u32 family = argument[0], type = argument[1] & 0xf;
	int is_usual = family == AF_UNIX || ((family == AF_INET || family == AF_INET6) &&
					     (type == SOCK_STREAM || type == SOCK_DGRAM));
	if (!area || is_usual)
		return 0;
	struct ll_socket_event *record = (void *)area->bytes;
	fill_header(&record->header, identity, task, LL_KIND_SOCKET_EVENT, sizeof(*record));
	record->operation = LL_OPERATION_SOCKET;
	record->result = 0;
	record->family = family;
	record->protocol = argument[2];
	record->local_port = 0;
	record->remote_port = 0;
	__builtin_memset(record->local_address, 0, 16);
	__builtin_memset(record->remote_address, 0, 16);
	record->socket_type = type;
	record->fd = fd;
	deliver(identity->slot, LL_KIND_SOCKET_EVENT, record, sizeof(*record));
	return 0;
}

/* Global, as on_named_call(), so that the verifier reads each apart from other calls. */
__noinline int on_rare_call(struct task_identity *identity, s32 result, u32 class_and_number)
{
	struct task_struct *task = current_task();
	struct scratch *area = scratch(0);
	if (!identity || !area)
		return 0;
	u64 *argument = area->arguments;
	u32 class = class_and_number & 0xff, number = class_and_number >> 8;
	struct sock *sk;
	switch (class) {
	case CALL_ACCEPT:
		if (result >= 0 && (sk = sock_of_fd(task, result)))
			touch_socket(task, identity, sk, result, LL_OPERATION_ACCEPT, 0);
		return 0;
	case CALL_CONNECT:
		sk = sock_of_fd(task, argument[0]);
		if (!sk)
			return 0;
		if (result == 0 || result == -EINPROGRESS)
			touch_socket(task, identity, sk, argument[0], LL_OPERATION_CONNECT, 0);
		else
			report_socket_event(task, identity, sk, LL_OPERATION_CONNECT, result);
		return 0;
	case CALL_BIND:
		if (result == 0 && (sk = sock_of_fd(task, argument[0]))) {
			report_socket_event(task, identity, sk, LL_OPERATION_BIND, result);
			on_socket_file(task, identity, sk);
		}
		return 0;
	case CALL_SHUTDOWN:
		if (result == 0 && (sk = sock_of_fd(task, argument[0])))
			report_socket_event(task, identity, sk, LL_OPERATION_SHUTDOWN, result);
		return 0;
	case CALL_SOCKET:
		if (result >= 0)
			report_unusual_socket(task, identity, result, argument);
		return 0;
	case CALL_CREDENTIALS:
		return report_credentials(task, identity, number, result);
	case CALL_SETNS:
		return report_namespace(task, identity, LL_NAMESPACE_SETNS, argument[1], result);
	case CALL_UNSHARE:
		return report_namespace(task, identity, LL_NAMESPACE_UNSHARE, argument[0], result);
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int on_system_call(u64 *ctx)
{
	struct pt_regs *regs = (void *)ctx[0];
	u32 number = call_number(regs->orig_ax);
	/* Most calls are nothing to either table: not even the task is asked for. */
	if (!(syscall_class[number] | compat_syscall_class[number]))
		return 0;
	struct task_struct *task = current_task();
	u32 compat = task->thread_info.status & TS_COMPAT;
	u32 class = compat ? compat_syscall_class[number] : syscall_class[number];
	if (!class)
		return 0;
	long result = ctx[1];
	if (changes_paths(class) && result == 0)
		__sync_fetch_and_add(&path_epoch, 1);
	if (!is_watched(task->pid))
		return 0;
	struct task_identity *identity = watched_identity(task);
	if (!identity || identity->phase != PHASE_RUNNING)
		return 0;
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	u64 *argument = area->arguments;
	arguments_of(regs, compat, argument);
	if (class == CALL_SOCKETCALL)
		class = unpack_socketcall();
	if (class == CALL_OLD_MMAP)
		class = unpack_old_mmap();
	if (identity->begun || identity->sent_dentry)
		on_begun(identity, class);
	if (class == CALL_RING)
		return 0;
	if (may_act(class))
		on_act(identity, result, class);
	u32 flags;
	switch (class) {
	case CALL_READ:
		if (result >= 0)
			on_transfer(identity, argument[0], LL_OPERATION_READ_RECEIVE, result);
		return 0;
	case CALL_WRITE:
		if (result >= 0)
			on_transfer(identity, argument[0], LL_OPERATION_WRITE_SEND, result);
		return 0;
	case CALL_MESSAGES:
	case CALL_SEND_MESSAGES:
		if (result > 0)
			on_transfer(identity, argument[0],
				    class == CALL_MESSAGES ? LL_OPERATION_READ_RECEIVE :
							     LL_OPERATION_WRITE_SEND,
				    message_bytes(identity, result,
						  compat || number >= X32_CALLS ? MESSAGE_SIZE_32 :
										  MESSAGE_SIZE));
		return 0;
	case CALL_SUBMIT:
		for (u32 i = 0; i < SUBMITTED_MAX && (s32)i < (s32)result; i++) {
			u64 asked = submitted(i, compat || number >= X32_CALLS ? 4 : 8);
			if (asked)
				on_transfer(identity, asked, asked >> 32, 0);
		}
		if (result > SUBMITTED_MAX)
			count_lost(identity->slot, LL_LOSS_TOO_LONG, LL_KIND_FILE_OPEN);
		return 0;
	case CALL_OPEN:
		flags = argument[1];
		break;
	case CALL_OPENAT:
	case CALL_HANDLE:
		flags = argument[2];
		break;
	case CALL_OPENAT2: {
		u64 how = 0;
		bpf_probe_read_user(&how, sizeof(how), (void *)argument[2]);
		flags = how;
		break;
	}
	case CALL_CREAT:
		flags = O_CREAT | O_TRUNC;
		break;
	case CALL_MMAP:
		if (result >= 0 || result < -4095)
			on_mmap(identity, argument[4], argument[2], argument[3]);
		return 0;
	case CALL_SENDFILE:
		if (result >= 0)
			on_moved(identity, argument[1], argument[0], result);
		return 0;
	case CALL_SPLICE:
	case CALL_COPY:
		if (result >= 0)
			on_moved(identity, argument[0], argument[2], result);
		return 0;
	default:
		if (!is_slot_watched(identity->slot)) {
			clear_watched(task->pid);
			return 0;
		}
		if (class >= CALL_ACT)
			return 0;
		if (class >= CALL_PATH)
			/* A filter of the caller's own (seccomp) may make a call return anything:
			 * what is told of as begun is io_uring's alone, whose names are the
			 * kernel's own memory. */
			return on_named_call(identity, class - CALL_PATH,
					     IS_BEGUN(result) ? -EPERM : result) &
			       0;
		return on_rare_call(identity, result, class | number << 8) & 0;
	}
	if (result >= 0)
		on_open(identity, result, flags);
	return 0;
}

/* ---- sockets -------------------------------------------------------- */

SEC("tp_btf/inet_sock_set_state")
int on_socket_state(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];
	s32 state = ctx[2];
	if (state != TCP_LISTEN && state != TCP_FIN_WAIT1 && state != TCP_LAST_ACK &&
	    state != TCP_CLOSE)
		return 0;
	/* In a softirq this is whoever was interrupted; its key will not match. */
	struct task_struct *task = current_task();
	if (!is_watched(task->pid))
		return 0;
	struct task_identity *identity = identity_of(task);
	if (!identity || identity->phase != PHASE_RUNNING)
		return 0;
	if (state != TCP_LISTEN) {
		end_socket(task, identity, sk);
		return 0;
	}
	struct ll_endpoint endpoint = {.protocol = IPPROTO_TCP};
	u16 port = 0;
	local_of(sk, BPF_CORE_READ(sk, __sk_common.skc_family), endpoint.address, &port);
	endpoint.port[0] = port >> 8;
	endpoint.port[1] = port;
	report_socket_event(task, identity, sk, LL_OPERATION_LISTEN, 0);
	judge_endpoint(task, identity, &endpoint, LL_DIMENSION_LISTEN, 0);
	begin_serving(task, identity);
	return 0;
}

#define ALLOW 1
#define REFUSE 0

static __always_inline void endpoint4(struct ll_endpoint *endpoint, struct bpf_sock_addr *ctx)
{
	u32 address = ctx->user_ip4;
	u16 port = ctx->user_port;
	endpoint->protocol = ctx->protocol;
	__builtin_memcpy(endpoint->port, &port, 2);
	mapped_address(endpoint->address, address);
}

static __always_inline void endpoint6(struct ll_endpoint *endpoint, struct bpf_sock_addr *ctx)
{
	u32 address[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3]};
	u16 port = ctx->user_port;
	endpoint->protocol = ctx->protocol;
	__builtin_memcpy(endpoint->port, &port, 2);
	__builtin_memcpy(endpoint->address, address, 16);
}

static __always_inline int is_reply(struct task_struct *task, struct task_identity *identity,
				    struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (!sk || ctx->protocol != IPPROTO_UDP)
		return 0;
	u32 port = sk->src_port;
	if (!port)
		return 0;
	struct ll_endpoint local = {.protocol = IPPROTO_UDP};
	local.port[0] = port >> 8;
	local.port[1] = port;
	if (ctx->family == AF_INET) {
		mapped_address(local.address, sk->src_ip4);
	} else {
		u32 address[4] = {sk->src_ip6[0], sk->src_ip6[1], sk->src_ip6[2], sk->src_ip6[3]};
		__builtin_memcpy(local.address, address, 16);
	}
	return may_listen(identity, &local);
}

static __always_inline int judge_egress(struct task_struct *task, struct task_identity *identity,
					struct ll_endpoint *endpoint, struct bpf_sock_addr *ctx)
{
	remember_peer(identity, endpoint);
	if (is_reply(task, identity, ctx))
		return ALLOW;
	u32 verdict = judge_endpoint(task, identity, endpoint, LL_DIMENSION_EGRESS, 1);
	return stops(verdict) ? REFUSE : ALLOW;
}

static __always_inline int judge_connect(struct task_struct *task, struct task_identity *identity,
					 struct ll_endpoint *endpoint, struct bpf_sock_addr *ctx)
{
	int answer = judge_egress(task, identity, endpoint, ctx);
	if (answer == ALLOW)
		note_begun(identity, endpoint, LL_OPERATION_CONNECT);
	return answer;
}

#define EGRESS_HOOK(name, section, fill, judge)                                                    \
	SEC(section)                                                                               \
	int name(struct bpf_sock_addr *ctx)                                                        \
	{                                                                                          \
		struct task_struct *task = current_task();                                         \
		struct task_identity *identity = running_identity(task);                           \
		struct ll_endpoint endpoint;                                                       \
		if (!identity)                                                                     \
			return ALLOW;                                                              \
		fill(&endpoint, ctx);                                                              \
		return judge(task, identity, &endpoint, ctx);                                      \
	}
EGRESS_HOOK(on_connect4, "?cgroup/connect4", endpoint4, judge_connect)
EGRESS_HOOK(on_connect6, "?cgroup/connect6", endpoint6, judge_connect)
EGRESS_HOOK(on_sendmsg4, "?cgroup/sendmsg4", endpoint4, judge_egress)
EGRESS_HOOK(on_sendmsg6, "?cgroup/sendmsg6", endpoint6, judge_egress)

#define RECEIVE_HOOK(name, section, fill)                                                          \
	SEC(section)                                                                               \
	int name(struct bpf_sock_addr *ctx)                                                        \
	{                                                                                          \
		struct task_struct *task = current_task();                                         \
		struct task_identity *identity = running_identity(task);                           \
		struct ll_endpoint endpoint;                                                       \
		if (identity) {                                                                    \
			fill(&endpoint, ctx);                                                      \
			remember_peer(identity, &endpoint);                                        \
		}                                                                                  \
		return ALLOW;                                                                      \
	}
RECEIVE_HOOK(on_recvmsg4, "?cgroup/recvmsg4", endpoint4)
RECEIVE_HOOK(on_recvmsg6, "?cgroup/recvmsg6", endpoint6)

/* Port 0 asks the kernel to choose: nothing is known to judge yet; a TCP socket
 * is judged when it listens. */
#define BIND_HOOK(name, section, fill)                                                             \
	SEC(section)                                                                               \
	int name(struct bpf_sock_addr *ctx)                                                        \
	{                                                                                          \
		struct task_struct *task = current_task();                                         \
		struct task_identity *identity = running_identity(task);                           \
		struct ll_endpoint endpoint;                                                       \
		if (!identity || !ctx->user_port)                                                  \
			return ALLOW;                                                              \
		fill(&endpoint, ctx);                                                              \
		if (stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_LISTEN, 1)))      \
			return REFUSE;                                                             \
		note_begun(identity, &endpoint, LL_OPERATION_BIND);                                \
		return ALLOW;                                                                      \
	}
BIND_HOOK(on_bind4, "?cgroup/bind4", endpoint4)
BIND_HOOK(on_bind6, "?cgroup/bind6", endpoint6)

/* ---- tasks that ran before ------------------------------------------ */

/* Run by reading the iterator after a container was entered in `containers`: a
 * task that forks in between is adopted by its own fork or by this. */
static __noinline int report_seeded(struct task_struct *task, struct task_identity *identity,
				    struct ll_held_start *start)
{
	int is_entry = start && start->is_entry;
	struct scratch *area = scratch(1);
	if (!area || __sync_lock_test_and_set(&area->busy, 1)) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_PROCESS);
		return 0;
	}
	report_process(task, identity, is_entry ? LL_KIND_EXEC : LL_KIND_PROCESS,
		       is_entry ? LL_PROCESS_SETUP : 0, 1);
	area->busy = 0;
	return 0;
}

/* Whether an agent that took over is to hear of this process: it has its identity already. */
static __always_inline struct task_identity *asked_for(struct task_struct *task, u32 *asked)
{
	if (!asked || *asked != LL_SEEDING_HELD || task->pid != task->tgid)
		return 0;
	struct task_identity *identity = identity_of(task);
	if (!identity || identity->phase != PHASE_RUNNING || !is_held(identity))
		return 0;
	return identity;
}

SEC("iter/task")
int on_seed(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!task || task->flags & PF_KTHREAD)
		return 0;
	u32 zero = 0;
	u32 *asked = bpf_map_lookup_elem(&seeding, &zero);
	if (!host_mount_namespace)
		find_host_mount_namespace();
	struct task_identity *identity = asked_for(task, asked);
	if (identity) {
		report_seeded(task, identity, 0);
		return 0;
	}
	/* on_fork() is to come, or was before the container was entered: then its first event finds
	 * out. */
	if (task->__state & TASK_NEW) {
		mark_if_contained(task);
		return 0;
	}
	u32 slot = 0;
	identity = is_known(task) ? 0 : begin_adoption(task, &slot);
	if (!identity)
		return 0;
	if (slot) {
		take_as_found(task, identity, slot, asked ? *asked : 0);
		end_adoption(task, identity, slot);
		look_again(task, identity);
	}
	if (identity->phase != PHASE_RUNNING)
		return 0;
	/* It runs: whoever the runtime starts from now on is an exec into it. */
	struct ll_statistics *s = statistics_of(identity->slot);
	if (s && !s->entries)
		s->entries = 1;
	if (task->pid == task->tgid)
		report_seeded(task, identity, held_start_of(task));
	return 0;
}

SEC("iter/task")
int on_judge_starts(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!host_mount_namespace)
		find_host_mount_namespace();
	return !task || task->flags & PF_KTHREAD ? 0 : judge_if_decided(task);
}

/* ---- kills by user space -------------------------------------------- */

struct budget_context {
	u32 profile;
};

/* Takes one kill from a profile's budget, for what user space judges. */
SEC("syscall")
int take_kill(struct budget_context *ctx)
{
	u32 profile = ctx->profile;
	u64 word = profile_word(profile);
	if (!word || is_tripped(word))
		return LL_KILL_MONITORED;
	return take_from_budget(profile, word) ? LL_KILL_GRANTED : LL_KILL_OVER_BUDGET;
}
