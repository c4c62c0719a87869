/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Rare acts refused before they take effect, where the kernel has a function for it that
 * can be hung at. What has none is judged where it asks for its capability, or at its return,
 * where returns are seen (acts.h).
 */
#ifndef LOADLINE_ACT_GATES_H
#define LOADLINE_ACT_GATES_H

#include "acts.h"
#include "capabilities.h"
#include "gates.h"
#include "keeping.h"

#define PTRACE_MODE_ATTACH 2
#define READING_MODULE 2 /* of both enums, of what is read and of what is loaded */

/* Returns whether it is refused. */
static __always_inline int gate_act(struct task_identity *identity, u32 act)
{
	return stops(judge_use(identity, LL_DIMENSION_ACT, act,
			       USE_JUDGE | USE_DENIABLE | only_refusing(), 0));
}

/* Calls that no security function is asked about are judged where it is asked for the capability
 * that they need, or for a file without a name that they make. Global, so that the verifier reads
 * it once. Returns whether one of their acts is refused. */
__noinline int gate_call(struct task_identity *identity, u32 class)
{
	struct task_struct *task = current_task();
	u64 argument[6] = {};
	if (!identity)
		return 0;
	arguments_of((struct pt_regs *)bpf_task_pt_regs(task), task->thread_info.status & TS_COMPAT,
		     argument);
	return judge_acts(identity, acts_of(class, argument, 0, identity),
			  USE_JUDGE | USE_DENIABLE | only_refusing(), 0);
}

/* Whether a call is an act, and which, does not depend on its answer. */
#define NEEDS_CAPABILITY                                                                           \
	(1u << CALL_SETNS | 1u << CALL_UNSHARE | 1u << CALL_OPEN_TREE | 1u << CALL_HANDLE)

static __always_inline int gate_capability(struct cred *cred, struct user_namespace *in,
					   u32 capability, u32 options)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = user_of(task, cred, in, capability, options);
	if (!identity)
		return 0;
	if (gate_use(identity, capability))
		return 1;
	u32 class = current_class(task);
	int is_act = class < CALL_PATH ? NEEDS_CAPABILITY >> class & 1 : class >= CALL_ACT;
	return is_act && gate_call(identity, class);
}

static __always_inline int gate_plain(u32 act)
{
	struct task_identity *identity = running_identity(current_task());
	return identity ? gate_act(identity, act) : 0;
}

/* The kernel asks this one question for all ways into another process. */
static __always_inline int gate_foreign(u32 mode)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity || !(mode & PTRACE_MODE_ATTACH))
		return 0;
	switch (current_class(task)) {
	case CALL_PTRACE:
		return gate_act(identity, LL_ACT_PTRACE);
	case ACT(FOREIGN_MEMORY):
		return gate_act(identity, LL_ACT_FOREIGN_MEMORY);
	case ACT(FOREIGN_DESCRIPTOR):
		return gate_act(identity, LL_ACT_FOREIGN_DESCRIPTOR);
	}
	return 0;
}

/* Not in an exec, which maps its image as that says. Shared memory is a file of the kernel's own.
 */
static __always_inline int gate_memory(struct task_identity *identity, u32 protection,
				       u32 is_anonymous)
{
	if (!identity || !(protection & PROT_EXEC))
		return 0;
	u32 class = current_class(current_task());
	if (class == CALL_SHMAT || class == CALL_IPC)
		return gate_act(identity, LL_ACT_ANONYMOUS_CODE);
	if (class != CALL_MMAP && class != CALL_OLD_MMAP && class != CALL_PROTECT)
		return 0;
	return memory_act(protection, is_anonymous) && gate_act(identity, LL_ACT_ANONYMOUS_CODE);
}

/* A process or thread that is to be born with namespaces of its own. The kernel has its own copy of
 * the flags by now. */
static __always_inline int gate_birth(u32 flags)
{
	u64 kinds = kinds_of_flags(flags), user = 1ull << LL_NAMESPACE_KIND_USER;
	struct task_struct *task = current_task();
	struct task_identity *identity = kinds ? running_identity(task) : 0;
	struct cred *cred = (struct cred *)BPF_CORE_READ(task, cred);
	/* Who has no right to them tries in vain: the kernel says so a moment later. */
	if (identity && !(kinds & user) &&
	    !has_capability(cred, BPF_CORE_READ(cred, user_ns), CAP_SYS_ADMIN))
		return 0;
	return identity && judge_acts(identity, kinds << LL_ACT_UNSHARE,
				      USE_JUDGE | USE_DENIABLE | only_refusing(), 0);
}

/* Files of the kernel's own that stand for an act, by whatever call they are made. */
static __always_inline int gate_anonymous(struct qstr *name)
{
	struct task_identity *identity = running_identity(current_task());
	char text[8] = {};
	if (!identity)
		return 0;
	bpf_probe_read_kernel(text, sizeof(text), BPF_CORE_READ(name, name));
	u64 begins = *(u64 *)text;
	return begins == *(u64 *)"[userfau" ? gate_act(identity, LL_ACT_USERFAULTFD) :
	       begins == *(u64 *)"[io_urin" ? gate_act(identity, LL_ACT_IO_URING) :
					      0;
}

/* The kernel looks for keys on its own account, too. */
static __always_inline int gate_key(void)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	return identity && current_class(task) == ACT(KEYRING) &&
	       gate_act(identity, LL_ACT_KEYRING);
}

static __always_inline int gate_socket(u32 family, u32 type, u32 protocol, u32 is_kernels)
{
	u64 act = is_kernels ? 0 : socket_act(family, type, protocol);
	if (!act)
		return 0;
	return gate_plain(act == ACT_BIT(PACKET_SOCKET) ? LL_ACT_PACKET_SOCKET :
			  act == ACT_BIT(RAW_SOCKET)    ? LL_ACT_RAW_SOCKET :
			  act == ACT_BIT(VSOCK)         ? LL_ACT_VSOCK :
							  LL_ACT_RARE_SOCKET);
}

static __always_inline int gate_kill(struct task_struct *target, struct kernel_siginfo *info,
				     u32 signal)
{
	struct task_identity *identity = running_identity(current_task());
	/* 0 asks whether the process is there. */
	if (!identity || !signal)
		return 0;
	if (signal == SIGCONT && keeps_content_held(target))
		return -EPERM;
	if (!is_sent_outside(identity, target, info))
		return 0;
	return gate_act(identity, LL_ACT_SIGNAL_OUTSIDE);
}

GATE(task_kill, gate_kill((void *)ctx[0], (void *)ctx[1], ctx[2]))
GATE(ptrace_access_check, gate_foreign(ctx[1]))
GATE(ptrace_traceme, gate_plain(LL_ACT_PTRACE))
GATE(file_mprotect, gate_memory(running_identity(current_task()), ctx[1], 1))
GATE(sb_mount, gate_plain(LL_ACT_MOUNT))
GATE(sb_umount, keep_mount((void *)ctx[0]) || gate_plain(LL_ACT_MOUNT))
GATE(sb_pivotroot, gate_plain(LL_ACT_MOUNT))
GATE(move_mount, gate_plain(LL_ACT_MOUNT))
GATE(path_chroot, gate_plain(LL_ACT_CHROOT))
GATE(socket_create, gate_socket(ctx[0], ctx[1], ctx[2], ctx[3]))
GATE(bpf, keep_link(ctx[0], (void *)ctx[1]) || gate_plain(LL_ACT_BPF))
GATE(bpf_map, keep_map((void *)ctx[0], ctx[1]))
GATE(uring_allowed, gate_plain(LL_ACT_IO_URING))
GATE(perf_event_open, gate_plain(LL_ACT_PERF))
GATE(kernel_read_file, ctx[1] == READING_MODULE ? gate_plain(LL_ACT_MODULE) : 0)
GATE(kernel_load_data, ctx[0] == READING_MODULE ? gate_plain(LL_ACT_MODULE) : 0)
GATE(capable, gate_capability((void *)ctx[0], (void *)ctx[1], ctx[2], ctx[3]))
GATE(task_alloc, gate_birth(ctx[1]))
GATE(inode_init_security_anon, gate_anonymous((void *)ctx[1]))
GATE(key_alloc, gate_key())
GATE(key_permission, gate_key())

/* A user namespace, by unshare or clone. The module's name for it is another. */
SEC("?lsm/userns_create")
int lsm_userns_create(u64 *ctx)
{
	return answer(gate_plain(LL_ACT_UNSHARE + LL_NAMESPACE_KIND_USER));
}

SEC("?fmod_ret/security_create_user_ns")
int fmod_userns_create(u64 *ctx)
{
	return answer(gate_plain(LL_ACT_UNSHARE + LL_NAMESPACE_KIND_USER));
}

#endif
