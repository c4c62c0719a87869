/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Rare acts: what hardly any service does and nearly every way out of one begins with.
 * Which system call commits which act is said here; at its return the act is recorded
 * and, where no gate has refused it before (act_gates.h), judged: whoever may not is
 * killed before another instruction of it runs.
 */
#ifndef LOADLINE_ACTS_H
#define LOADLINE_ACTS_H

#include "outside.h"
#include "syscalls_x86_64.h"
#include "uses.h"

#define ACT_BIT(name) (1ull << LL_ACT_##name)

#define PTRACE_TRACEME 0
#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206
#define SHM_EXEC 0100000
#define READ_IMPLIES_EXEC 0x0400000
#define PERSONALITY_QUERY 0xffffffffu
#define OPEN_TREE_CLONE 1
#define IPC_SHMAT 21

/* The kinds of CLONE_NEW* flags, as bits by LL_NAMESPACE_KIND_*. */
static __always_inline u64 kinds_of_flags(u32 flags)
{
	return (u64)(!!(flags & 0x00020000) << LL_NAMESPACE_KIND_MOUNT |
		     !!(flags & 0x02000000) << LL_NAMESPACE_KIND_CGROUP |
		     !!(flags & 0x04000000) << LL_NAMESPACE_KIND_UTS |
		     !!(flags & 0x08000000) << LL_NAMESPACE_KIND_IPC |
		     !!(flags & 0x10000000) << LL_NAMESPACE_KIND_USER |
		     !!(flags & 0x20000000) << LL_NAMESPACE_KIND_PID |
		     !!(flags & 0x40000000) << LL_NAMESPACE_KIND_NET |
		     !!(flags & 0x00000080) << LL_NAMESPACE_KIND_TIME);
}

/* The kinds that a new task has for itself. Looked up in the objects: the flags of clone3
 * stand in memory that another thread may change. */
static __always_inline u32 new_namespaces(struct task_struct *parent, struct task_struct *child)
{
	struct nsproxy *old = parent->nsproxy, *new = child->nsproxy;
	u32 kinds =
		parent->cred->user_ns != child->cred->user_ns ? 1u << LL_NAMESPACE_KIND_USER : 0;
	if (!old || !new || old == new)
		return kinds;
	kinds |= (u32)(old->mnt_ns != new->mnt_ns) << LL_NAMESPACE_KIND_MOUNT;
	kinds |= (u32)(old->cgroup_ns != new->cgroup_ns) << LL_NAMESPACE_KIND_CGROUP;
	kinds |= (u32)(old->uts_ns != new->uts_ns) << LL_NAMESPACE_KIND_UTS;
	kinds |= (u32)(old->ipc_ns != new->ipc_ns) << LL_NAMESPACE_KIND_IPC;
	kinds |= (u32)(old->pid_ns_for_children != new->pid_ns_for_children)
		 << LL_NAMESPACE_KIND_PID;
	kinds |= (u32)(old->net_ns != new->net_ns) << LL_NAMESPACE_KIND_NET;
	kinds |= (u32)(old->time_ns_for_children != new->time_ns_for_children)
		 << LL_NAMESPACE_KIND_TIME;
	return kinds;
}

/* setns without a kind takes that of its descriptor. One that cannot be read counts as a
 * mount namespace, which gives most. */
static __noinline u32 kinds_of_descriptor(u32 fd)
{
	struct file *file = file_of(current_task(), fd);
	struct inode *inode = file ? BPF_CORE_READ(file, f_inode) : 0;
	struct ns_common *common = inode ? BPF_CORE_READ(inode, i_private) : 0;
	u32 flags = 0;
	if (bpf_core_field_exists(common->ns_type))
		flags = BPF_CORE_READ(common, ns_type);
	else if (bpf_core_field_exists(common->ops->type))
		flags = BPF_CORE_READ(common, ops, type);
	u32 kinds = kinds_of_flags(flags);
	return kinds ? kinds : 1u << LL_NAMESPACE_KIND_MOUNT;
}

static __always_inline u64 socket_act(u32 family, u32 type, u32 protocol)
{
	switch (family) {
	case AF_UNIX:
	case AF_NETLINK:
		return 0;
	case AF_PACKET:
	case AF_XDP:
		return ACT_BIT(PACKET_SOCKET);
	case AF_VSOCK:
		return ACT_BIT(VSOCK);
	case AF_INET:
	case AF_INET6:
		break;
	default:
		return ACT_BIT(RARE_SOCKET);
	}
	type &= 0xf;
	if (type != SOCK_STREAM && type != SOCK_DGRAM)
		return type == SOCK_RAW ? ACT_BIT(RAW_SOCKET) : ACT_BIT(RARE_SOCKET);
	int is_usual = !protocol || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
		       protocol == IPPROTO_MPTCP || protocol == IPPROTO_ICMP ||
		       protocol == IPPROTO_ICMPV6;
	return is_usual ? 0 : ACT_BIT(RARE_SOCKET);
}

/* Memory that is executable and that no file vouches for: anonymous, or writable too. */
static __always_inline u64 memory_act(u32 protection, u32 is_anonymous)
{
	return protection & PROT_EXEC && (is_anonymous || protection & PROT_WRITE) ?
		       ACT_BIT(ANONYMOUS_CODE) :
		       0;
}

static __always_inline void arguments_of(struct pt_regs *regs, u32 compat, u64 *argument)
{
	if (compat) {
		argument[0] = (u32)BPF_CORE_READ(regs, bx);
		argument[1] = (u32)BPF_CORE_READ(regs, cx);
		argument[2] = (u32)BPF_CORE_READ(regs, dx);
		argument[3] = (u32)BPF_CORE_READ(regs, si);
		argument[4] = (u32)BPF_CORE_READ(regs, di);
		argument[5] = (u32)BPF_CORE_READ(regs, bp);
	} else {
		argument[0] = regs->di;
		argument[1] = regs->si;
		argument[2] = regs->dx;
		argument[3] = regs->r10;
		argument[4] = regs->r8;
		argument[5] = regs->r9;
	}
}

/* Arguments that an i386 call has in memory. */
struct six_words {
	u32 word[6];
};

static __always_inline struct six_words words_at(u64 address)
{
	struct six_words words = {};
	bpf_probe_read_user(&words, sizeof(words), (void *)address);
	return words;
}

/* What the multiplexer of i386's socket calls was asked for, as the class of the call that does
 * only that; its arguments take the place of the multiplexer's own. Global, so that the verifier
 * reads it once. Returns 0: nothing of interest. */
__noinline u32 unpack_socketcall(void)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	u32 call = area->arguments[0];
	struct six_words words = words_at(area->arguments[1]);
	for (u32 i = 0; i < 6; i++)
		area->arguments[i] = words.word[i];
	return call < 32 ? socketcall_class[call & 31] : 0;
}

/* i386's old mmap has the arguments of mmap in memory: they take its own's place. */
__noinline u32 unpack_old_mmap(void)
{
	struct scratch *area = scratch(0);
	if (!area)
		return CALL_OLD_MMAP;
	struct six_words words = words_at(area->arguments[0]);
	for (u32 i = 0; i < 6; i++)
		area->arguments[i] = words.word[i];
	return CALL_MMAP;
}

/* What mmap was told to map. Global: its arguments are no burden for the stack of who judges. */
__noinline s32 mapped_descriptor(void)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	u32 compat = task->thread_info.status & TS_COMPAT;
	u64 argument[6] = {};
	arguments_of(regs, compat, argument);
	if (compat &&
	    compat_syscall_class[call_number(BPF_CORE_READ(regs, orig_ax))] == CALL_OLD_MMAP)
		return words_at(argument[0]).word[4];
	return argument[4];
}

static __always_inline int implies_execution(u32 persona)
{
	return persona != PERSONALITY_QUERY && persona & READ_IMPLIES_EXEC;
}

/* The multiplexer's: of a socket that was made the object is looked at, as another thread may have
 * changed the words since. */
static __noinline u64 act_of_socket(s32 fd)
{
	struct sock *sk = sock_of_fd(current_task(), fd);
	return sk ? socket_act(GET(sk, __sk_common.skc_family), GET(sk, sk_type),
			       GET(sk, sk_protocol)) :
		    0;
}

/* The acts that a call commits, as bits. */
static __always_inline u64 acts_of(u32 class, u64 *argument, s32 result,
				   struct task_identity *identity)
{
	if (class >= CALL_ACT)
		return 1ull << ((class - CALL_ACT) & 63);
	switch (class) {
	case PATH(18):
	case PATH(19):
	case CALL_UMOUNT:
		return ACT_BIT(MOUNT);
	case CALL_OPEN_TREE:
		return argument[2] & OPEN_TREE_CLONE ? ACT_BIT(MOUNT) : 0;
	case CALL_PTRACE:
		return argument[0] == PTRACE_TRACEME || argument[0] == PTRACE_ATTACH ||
				       argument[0] == PTRACE_SEIZE ?
			       ACT_BIT(PTRACE) :
			       0;
	case CALL_MMAP:
		return memory_act(argument[2], argument[3] & MAP_ANONYMOUS);
	case CALL_PROTECT:
		/* Whatever it holds: a file that is mapped to be read and then made executable
		 * was not judged as one that is mapped executable. */
		return argument[2] & PROT_EXEC ? ACT_BIT(ANONYMOUS_CODE) : 0;
	case CALL_SHMAT:
		return argument[2] & SHM_EXEC ? ACT_BIT(ANONYMOUS_CODE) : 0;
	case CALL_IPC:
		return (argument[0] & 0xffff) == IPC_SHMAT && argument[2] & SHM_EXEC ?
			       ACT_BIT(ANONYMOUS_CODE) :
			       0;
	case CALL_PERSONALITY:
		return implies_execution(argument[0]) ? ACT_BIT(ANONYMOUS_CODE) : 0;
	case CALL_SOCKET:
		return socket_act(argument[0], argument[1], argument[2]);
	case CALL_CONNECT:
		return is_connected_outside(identity, argument[0]) ? ACT_BIT(SOCKET_OUTSIDE) : 0;
	case CALL_SOCKETCALL:
		return result < 0 ? socket_act(argument[0], argument[1], argument[2]) :
				    act_of_socket(result);
	case CALL_HANDLE:
		return ACT_BIT(HANDLE);
	case CALL_UNSHARE:
		return kinds_of_flags(argument[0]) << LL_ACT_UNSHARE;
	case CALL_CLONE:
		/* The child is asked, at its own return, before an instruction of it runs. */
		if (result != 0)
			return 0;
		return (u64)identity->new_namespaces << LL_ACT_UNSHARE;
	case CALL_SETNS:
		return (u64)((u32)argument[1] ? kinds_of_flags(argument[1]) :
						kinds_of_descriptor(argument[0]))
		       << LL_ACT_SETNS;
	}
	return 0;
}

/* Whether a class may commit an act: one test for the calls that come all the time. */
#define MAY_ACT                                                                                    \
	(1u << CALL_MMAP | 1u << CALL_SETNS | 1u << CALL_UNSHARE | 1u << CALL_SOCKET |             \
	 1u << CALL_UMOUNT | 1u << CALL_PTRACE | 1u << CALL_PROTECT | 1u << CALL_CLONE |           \
	 1u << CALL_SHMAT | 1u << CALL_PERSONALITY | 1u << CALL_OPEN_TREE | 1u << CALL_HANDLE |    \
	 1u << CALL_CONNECT | 1u << CALL_SOCKETCALL | 1u << CALL_IPC)
static __always_inline int may_act(u32 class)
{
	return class < CALL_PATH ? MAY_ACT >> class & 1 :
				   class >= CALL_ACT || class == PATH(18) || class == PATH(19);
}

/* A signal that a program sends to a process in no watched container, or in another one.
 * A timer's, a dying child's and the like have other codes; 1 is the kernel's own. */
#define SI_USER 0
#define SI_QUEUE -1
#define SI_TKILL -6
#define SEND_SIG_PRIV 1
static __always_inline int is_sent_by_program(struct kernel_siginfo *info)
{
	if ((u64)info == SEND_SIG_PRIV)
		return 0;
	s32 code = info ? BPF_CORE_READ(info, si_code) : SI_USER;
	return code == SI_USER || code == SI_QUEUE || code == SI_TKILL;
}

static __always_inline int is_sent_outside(struct task_identity *identity,
					   struct task_struct *target, struct kernel_siginfo *info)
{
	struct task_identity *other = identity_of(target);
	return !(other && other->slot == identity->slot) && is_sent_by_program(info);
}

/* As many acts as one call can commit: unshare of every namespace. */
#define ACTS_MAX 8

/* Acts as bits, at least one of them. */
static __always_inline u32 lowest_act(u64 acts)
{
	u32 act = 0;
	/* There is no instruction for it. */
	if (!(acts & 0xffffffff))
		act += 32, acts >>= 32;
	if (!(acts & 0xffff))
		act += 16, acts >>= 16;
	if (!(acts & 0xff))
		act += 8, acts >>= 8;
	if (!(acts & 0xf))
		act += 4, acts >>= 4;
	if (!(acts & 3))
		act += 2, acts >>= 2;
	return act + !(acts & 1);
}

/* Returns whether one of the acts was stopped. */
static __always_inline int judge_acts(struct task_identity *identity, u64 acts, u32 how, s32 result)
{
	int is_stopped = 0;
	for (u32 i = 0; i < ACTS_MAX; i++) {
		if (!acts)
			break;
		if (stops(judge_use(identity, LL_DIMENSION_ACT, lowest_act(acts), how, result)))
			is_stopped = 1;
		acts &= acts - 1;
	}
	return is_stopped;
}

struct task_struct___ring {
	void *io_uring;
} __attribute__((preserve_access_index));

/* unshare: CLONE_FS, CLONE_FILES, and what implies the first: CLONE_NEWNS, CLONE_NEWUSER. */
#define PARTS (0x200u | 0x400u | 0x20000u | 0x10000000u)

static __always_inline int has_ring(void)
{
	struct task_struct___ring *task = (void *)current_task();
	return bpf_core_field_exists(task->io_uring) && BPF_CORE_READ(task, io_uring);
}

/* Records and judges what a call was that has returned. An attempt that failed is recorded,
 * as the gates would judge it, but for what the kernel does not know or let anyone do.
 * Global, so that the verifier reads it apart from other calls. */
__noinline int on_act(struct task_identity *identity, s64 result, u32 class)
{
	struct scratch *area = scratch(0);
	if (!identity || !area)
		return 0;
	u32 how = USE_RECORD | USE_JUDGE;
	if (result < 0 && result >= -4095) {
		if (result == -EPERM || result == -ENOSYS || result == -EINVAL || result == -EFAULT)
			return 0;
		how = USE_RECORD;
	}
	u64 acts = acts_of(class, area->arguments, result, identity);
	if (class == CALL_CLONE)
		identity->new_namespaces = 0;
	if (class == CALL_UNSHARE && result == 0 && area->arguments[0] & PARTS && has_ring())
		identity->has_parted = 1;
	judge_acts(identity, acts, how, result);
	return 0;
}

#endif
