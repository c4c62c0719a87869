/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Hooks that refuse a call before it takes effect: attach modes `lsm` and
 * `fmod_ret`, which hang the same functions at the same places. What they let
 * through, the tracepoints judge and record as in mode `signal`, where anything hangs at
 * the return of system calls (returns.h); so there a gate speaks only where it refuses.
 */
#ifndef LOADLINE_GATES_H
#define LOADLINE_GATES_H

#include "begun.h"
#include "gate_judgement.h"
#include "outside.h"

/* What a stacked file system opens below itself, such as overlayfs in its layers: on a mount
 * that nobody can name, and of no file system that the kernel itself has mounted (a memfd's).
 * What the caller opened was judged under its own name. Before 6.6 it has that file's path, and the
 * layer's inode. */
#define MNT_NS_INTERNAL ((u64)-22)
#define SB_KERNMOUNT (1ul << 22)
static __always_inline int is_below_a_stack(struct file *file)
{
	struct vfsmount *vfsmount = file->f_path.mnt;
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	if (BPF_CORE_READ(file, f_inode) != BPF_CORE_READ(file, f_path.dentry, d_inode))
		return 1;
	return (u64)BPF_CORE_READ(mount, mnt_ns) == MNT_NS_INTERNAL &&
	       !(BPF_CORE_READ(file, f_path.dentry, d_sb, s_flags) & SB_KERNMOUNT);
}

/* Handles of processes and namespaces are files of the kernel's own. It opens them for calls
 * that are no open, such as pidfd_open: what is done with them is an act, or no matter. */
#define PIDFS_MAGIC 0x50494446
#define NSFS_MAGIC 0x6e736673
static __always_inline int is_handle(struct task_struct *task, struct file *file)
{
	u64 magic = BPF_CORE_READ(file, f_path.dentry, d_sb, s_magic);
	if (magic != PIDFS_MAGIC && magic != NSFS_MAGIC)
		return 0;
	u32 class = current_class(task);
	return !is_open(class) && class != CALL_HANDLE;
}

#define OPENED_FOR_EXEC 0x20u /* __FMODE_EXEC; no caller can set it */

/* Any call that opens a file, once the file is found and before it is opened. */
static __always_inline int gate_open(struct file *file)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct touch touch;
	if (!identity)
		return 0;
	/* The file is there, or the open was let create it. */
	identity->refused_create = 0;
	/* Kernels from 6.13 let others than CAP_DAC_READ_SEARCH open by handle, too. */
	if (current_class(task) == CALL_HANDLE &&
	    stops(judge_use(identity, LL_DIMENSION_ACT, LL_ACT_HANDLE,
			    USE_JUDGE | USE_DENIABLE | only_refusing(), 0)))
		return 1;
	/* What is opened to be executed is judged as that, by gate_exec(). */
	if (file->f_flags & OPENED_FOR_EXEC || is_below_a_stack(file) || is_handle(task, file) ||
	    !touch_of_file(&touch, file, task, identity, -1) || is_missing_terminal(task, &touch))
		return 0;
	u32 mode = file->f_mode;
	touch.want = mode & (FMODE_READ | FMODE_WRITE);
	touch.want |= USE(touch.want);
	if (mode & FMODE_CREATED)
		touch.want |= LL_ACCESS_CREATE;
	touch.resolve = 1;
	return !is_decided_before(&touch, task, identity) && judge_touch_at_gate(identity, &touch);
}

/* Kernels from 6.10 tell of an exec while the old image is still there. */
struct trace_event_raw_sched_prepare_exec;
static __always_inline u32 tells_of_execs(void)
{
	return bpf_core_type_exists(struct trace_event_raw_sched_prepare_exec) ? 0 : TELLS;
}

/* An image that is about to be run; for a script this is asked for the script and
 * then for its interpreter, which is what the profile names. */
static __always_inline int gate_exec(struct linux_binprm *program)
{
	struct task_struct *task = current_task();
	struct file *file = program->file;
	struct task_identity *identity = executing_identity(task, file);
	if (!identity)
		return 0;
	keep_phase(task, identity);
	if (program->buf[0] == '#' && program->buf[1] == '!')
		return 0;
	return judge_at_gate(task, identity, file->f_path.mnt, file->f_path.dentry,
			     QUESTION(LL_DIMENSION_EXEC, LL_ACCESS_EXECUTE | tells_of_execs(), 0));
}

/* Where a call names an address: returns whether it is one that can be judged. */
static __always_inline int endpoint_of(struct ll_endpoint *endpoint, struct sock *sk,
				       const void *address, s32 length, u32 unspecified)
{
	u8 bytes[28] = {};
	if (!sk || length < 2)
		return 0;
	u32 size = length > (s32)sizeof(bytes) ? sizeof(bytes) : length;
	bpf_probe_read_kernel(bytes, BOUNDED(size, 31), address);
	u32 family = bytes[0] | bytes[1] << 8;
	if (family == AF_UNSPEC)
		family = unspecified;
	u32 v4;
	__builtin_memset(endpoint, 0, sizeof(*endpoint));
	/* Multipath TCP is 262 and so becomes TCP, which it is to whoever answers. */
	endpoint->protocol = sk->sk_protocol;
	endpoint->port[0] = bytes[2];
	endpoint->port[1] = bytes[3];
	switch (family) {
	case AF_INET:
		__builtin_memcpy(&v4, bytes + 4, 4);
		mapped_address(endpoint->address, v4);
		return 1;
	case AF_INET6:
		__builtin_memcpy(endpoint->address, bytes + 8, 16);
		return 1;
	case AF_PACKET:
		/* Anything may be in a packet: no address, and no rule, is narrow enough. */
		endpoint->protocol = 255;
		endpoint->port[0] = endpoint->port[1] = 0;
		return 1;
	}
	return 0;
}

/* The verifier wants to see the number, and not how it was calculated. */
static __always_inline int answer(int refused)
{
	int number = 0;
	if (refused) {
		number = -EPERM;
		asm volatile("" : "+r"(number));
	}
	return number;
}

/* connect of any protocol and by any way, io_uring's too. */
static __always_inline int gate_connect(struct socket *socket, void *address, s32 length)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct ll_endpoint endpoint;
	/* AF_UNSPEC ends a connection. */
	if (!identity || !endpoint_of(&endpoint, socket->sk, address, length, AF_UNSPEC))
		return 0;
	remember_peer(identity, &endpoint);
	if (stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_EGRESS, 1)))
		return 1;
	note_begun(identity, &endpoint, LL_OPERATION_CONNECT);
	return 0;
}

/* A message on a connection that was passed in. */
static __noinline int gate_passed(struct task_struct *task, struct task_identity *identity,
				  struct sock *sk)
{
	struct ll_socket_flow_key key = {};
	struct ll_endpoint endpoint;
	if (!key_of_socket(&key, sk, task->tgid, 0) || !is_passed_in(identity->slot, &key))
		return 0;
	peer_of(&endpoint, &key);
	return stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_EGRESS, 1));
}

/* Not inlined: its endpoint is no burden for the stack of what judges. */
static __noinline int is_reply_from(struct task_identity *identity, struct sock *sk)
{
	struct ll_endpoint local = {.protocol = IPPROTO_UDP};
	u16 port = 0;
	local_of(sk, GET(sk, __sk_common.skc_family), local.address, &port);
	local.port[0] = port >> 8;
	local.port[1] = port;
	return may_listen(identity, &local);
}

/* A message to an address of its own: datagrams, raw sockets, TCP Fast Open. */
static __always_inline int gate_send(struct socket *socket, struct msghdr *message)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct ll_endpoint endpoint;
	struct sock *sk = socket->sk;
	if (!identity || !sk)
		return 0;
	/* A connection's address is not looked at but by Fast Open. */
	if (!message->msg_name ||
	    (socket->type == SOCK_STREAM && !(message->msg_flags & MSG_FASTOPEN)))
		return gate_passed(task, identity, sk);
	if (!endpoint_of(&endpoint, sk, message->msg_name, message->msg_namelen, AF_INET))
		return 0;
	remember_peer(identity, &endpoint);
	if (sk->sk_protocol == IPPROTO_UDP && socket->type == SOCK_DGRAM &&
	    sk->__sk_common.skc_num && is_reply_from(identity, sk))
		return 0;
	if (stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_EGRESS, 1)))
		return 1;
	if (socket->type == SOCK_STREAM)
		note_begun(identity, &endpoint, LL_OPERATION_CONNECT);
	return 0;
}

/* Port 0 asks the kernel to choose: nothing is known to judge yet; a TCP socket is judged
 * when it listens. */
static __always_inline int gate_bind(struct socket *socket, void *address, s32 length)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct ll_endpoint endpoint;
	if (!identity || !endpoint_of(&endpoint, socket->sk, address, length, AF_INET))
		return 0;
	if (endpoint.protocol == 255 || !(endpoint.port[0] | endpoint.port[1]))
		return 0;
	if (stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_LISTEN, 1)))
		return 1;
	note_begun(identity, &endpoint, LL_OPERATION_BIND);
	return 0;
}

/* AF_UNIX: the socket's path is an object like a file. One without is judged as an act. */
static __always_inline int gate_unix(struct sock *other, int is_sent)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity || !other)
		return 0;
	struct dentry *dentry = BPF_CORE_READ((struct unix_sock *)other, path.dentry);
	struct vfsmount *mount = BPF_CORE_READ((struct unix_sock *)other, path.mnt);
	if (dentry) {
		int refused = judge_at_gate(task, identity, mount, dentry,
					    QUESTION(LL_DIMENSION_FILE, LL_ACCESS_CONNECT, 0));
		if (is_sent && !refused)
			note_sent(identity, mount, dentry);
		return refused;
	}
	/* Recorded here: what is sent without a connect no other hook can tell of. */
	return is_socket_outside(identity->slot, other) &&
	       stops(judge_use(identity, LL_DIMENSION_ACT, LL_ACT_SOCKET_OUTSIDE,
			       USE_RECORD | USE_JUDGE | USE_DENIABLE, 0));
}

/* The same function as a program of the BPF security module and as one that changes
 * what the kernel's own function returns. Not loaded unless user space asks: a kernel
 * may refuse either. The module's programs get the answer of those before them. */
#define GATE(hook, call)                                                                           \
	SEC("?lsm/" #hook)                                                                         \
	int lsm_##hook(u64 *ctx)                                                                   \
	{                                                                                          \
		return answer(call);                                                               \
	}                                                                                          \
	SEC("?fmod_ret/security_" #hook)                                                           \
	int fmod_##hook(u64 *ctx)                                                                  \
	{                                                                                          \
		return answer(call);                                                               \
	}

GATE(file_open, gate_open((void *)ctx[0]))
GATE(socket_connect, gate_connect((void *)ctx[0], (void *)ctx[1], ctx[2]))
GATE(socket_sendmsg, gate_send((void *)ctx[0], (void *)ctx[1]))
GATE(socket_bind, gate_bind((void *)ctx[0], (void *)ctx[1], ctx[2]))
GATE(unix_stream_connect, gate_unix((void *)ctx[1], 0))
GATE(unix_may_send, gate_unix(((struct socket *)ctx[1])->sk, 1))

/* The module's name for security_bprm_check() is another. */
SEC("?lsm/bprm_check_security")
int lsm_bprm_check(u64 *ctx)
{
	return answer(gate_exec((void *)ctx[0]));
}

SEC("?fmod_ret/security_bprm_check")
int fmod_bprm_check(u64 *ctx)
{
	return answer(gate_exec((void *)ctx[0]));
}

#endif
