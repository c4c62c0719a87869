/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Hooks that refuse a call before it takes effect: attach modes `lsm` and
 * `fmod_ret`, which hang the same functions at the same places. What they let
 * through, the tracepoints judge and record as in mode `signal`; so a gate speaks
 * only where it refuses.
 */
#ifndef LOADLINE_GATES_H
#define LOADLINE_GATES_H

#include "adoption.h"
#include "contents.h"
#include "creating.h"
#include "outside.h"
#include "syscalls_x86_64.h"

/* What the system call under way is to the sensor. */
static __always_inline u32 current_class(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	u32 number = BPF_CORE_READ(regs, orig_ax) & 511;
	return task->thread_info.status & TS_COMPAT ? compat_syscall_class[number] :
						      syscall_class[number];
}

/* What has a file's path and may make it. */
static __always_inline int is_open(u32 class)
{
	return class == CALL_OPEN || class == CALL_OPENAT || class == CALL_OPENAT2 ||
	       class == CALL_CREAT;
}

/* The object stands in the touch of the area that the question names. Global, so that the
 * verifier reads it once and not for every gate. */
__noinline int judge_in_area(struct task_identity *identity, u32 question)
{
	struct task_struct *task = current_task();
	u32 dimension = question >> 24 & 0xf, index = question >> PLACE_SHIFT;
	struct scratch *area = scratch(index & AREA_MASK);
	struct judgement j;
	if (!identity || !area)
		return 0;
	begin_judgement(&j, identity->slot);
	struct dentry *dentry = (struct dentry *)area->touch.key.dentry;
	u32 length = resolve_path(area->touch.mount, dentry, AREA_A_END, index,
				  identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(index),
			   dimension == LL_DIMENSION_EXEC ? LL_KIND_EXEC : LL_KIND_FILE_OPEN);
	judge_object(task, identity, &j, question & ~MAY_BE_THERE, length);
	if (dimension == LL_DIMENSION_EXEC)
		judge_exec_content(identity, &j, index, BPF_CORE_READ(dentry, d_inode), length);
	if (!j.deviating)
		return 0;
	if (question & MAY_BE_THERE)
		return remember_refusal(identity, area, length);
	return stops(respond(task, identity, &j, dimension, index, length, 1));
}

/* Returns whether it is refused. The hook can be preempted, so it works in an area of its own. */
static __noinline int judge_at_gate(struct task_struct *task, struct task_identity *identity,
				    struct vfsmount *mount, struct dentry *dentry, u32 question)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	if (!j.word || !j.enforce)
		return 0;
	j.action = policy_action(j.word, question >> 24 & 0xf);
	if (!j.action || j.action == LL_ACTION_ALERT)
		return 0;
	u32 index = take_area();
	struct scratch *area = scratch(index & AREA_MASK);
	/* As many tasks as there are areas were preempted on this CPU within a gate:
	 * what cannot be judged is refused, and the caller may try again. */
	if (!index || !area) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
		return 1;
	}
	area->touch.mount = mount;
	area->touch.key.dentry = (u64)dentry;
	int is_refused = judge_in_area(identity, question | index << PLACE_SHIFT);
	give_area(index);
	return is_refused;
}

/* What a stacked file system opens below itself, such as overlayfs in its layers: on a mount
 * that nobody can name, and of no file system that the kernel itself has mounted (a memfd's).
 * What the caller opened was judged under its own name. */
#define MNT_NS_INTERNAL ((u64)-22)
#define SB_KERNMOUNT (1ul << 22)
static __always_inline int is_below_a_stack(struct file *file)
{
	struct vfsmount *vfsmount = file->f_path.mnt;
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
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
			    USE_JUDGE | USE_DENIABLE | USE_ONLY_REFUSE, 0)))
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
	u32 profile = container_word(identity->slot) >> 32;
	if (!profile)
		return 0;
	/* The table that counts a file's uses remembers what was allowed. */
	struct ll_file_flow *flow = bpf_map_lookup_elem(&file_flows, &touch.key);
	if (flow && is_decided(flow, &touch, task, identity, profile))
		return 0;
	return judge_at_gate(task, identity, touch.mount, (struct dentry *)touch.key.dentry,
			     QUESTION(LL_DIMENSION_FILE, touch.want & USE_MASK, 0));
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
			     QUESTION(LL_DIMENSION_EXEC, LL_ACCESS_EXECUTE, 0));
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
	return stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_EGRESS, 1));
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
	u32 port = sk->__sk_common.skc_num;
	if (sk->sk_protocol == IPPROTO_UDP && socket->type == SOCK_DGRAM && port) {
		struct ll_endpoint local = {.protocol = IPPROTO_UDP};
		u16 same;
		local_of(sk, sk->__sk_common.skc_family, local.address, &same);
		local.port[0] = port >> 8;
		local.port[1] = port;
		if (may_listen(identity, &local))
			return 0;
	}
	return stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_EGRESS, 1));
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
	return stops(judge_endpoint(task, identity, &endpoint, LL_DIMENSION_LISTEN, 1));
}

/* AF_UNIX: the socket's path is an object like a file. One without is judged as an act. */
static __always_inline int gate_unix(struct sock *other)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity || !other)
		return 0;
	struct dentry *dentry = BPF_CORE_READ((struct unix_sock *)other, path.dentry);
	struct vfsmount *mount = BPF_CORE_READ((struct unix_sock *)other, path.mnt);
	if (dentry)
		return judge_at_gate(task, identity, mount, dentry,
				     QUESTION(LL_DIMENSION_FILE, LL_ACCESS_CONNECT, 0));
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
GATE(unix_stream_connect, gate_unix((void *)ctx[1]))
GATE(unix_may_send, gate_unix(((struct socket *)ctx[1])->sk))

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
