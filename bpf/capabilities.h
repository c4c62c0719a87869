/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Capabilities that are used: the kernel asked for one, and the task has it. What only
 * wants to know (the kernel marks such checks as not to be audited) is no use.
 */
#ifndef LOADLINE_CAPABILITIES_H
#define LOADLINE_CAPABILITIES_H

#include "uses.h"

#define CAP_SYS_ADMIN 21
#define CAP_OPT_NOAUDIT 2
#define CAPABILITIES 64
#define USER_NAMESPACES_MAX 33 /* the kernel nests them no deeper than 32 */

/* The kernel acts for itself with the rights of another, as overlayfs does in its layers. */
static __always_inline int is_own_cred(struct task_struct *task, struct cred *cred)
{
	return (u64)cred == (u64)task->cred && (u64)cred == (u64)task->real_cred;
}

/* Functions that ask and do not mean it; the tracepoint does not say so. Who has
 * CAP_SYS_ADMIN is asked for it by every mmap, for the memory that is kept for such. */
extern const void security_vm_enough_memory_mm __ksym __weak;
extern const void has_ns_capability_noaudit __ksym __weak;
extern const void ns_capable_noaudit __ksym __weak;

#define FUNCTION_BYTES 192 /* none of the three is longer */
#define FRAMES 12

static __always_inline int is_inside(u64 address, const void *function)
{
	return function && address - (u64)function < FUNCTION_BYTES;
}

static __noinline int is_idle_question(void *ctx)
{
	u64 frames[FRAMES] = {};
	bpf_get_stack(ctx, frames, sizeof(frames), 0);
	for (u32 i = 0; i < FRAMES; i++) {
		if (is_inside(frames[i], &security_vm_enough_memory_mm) ||
		    is_inside(frames[i], &has_ns_capability_noaudit) ||
		    is_inside(frames[i], &ns_capable_noaudit))
			return 1;
	}
	return 0;
}

/* Whether the kernel will find the capability, by its own rule (cap_capable()): in the
 * task's user namespace it counts what is effective, and who owns a namespace below it has
 * all of them there. Beyond the bound: not found, as the kernel makes none so deep. */
static __always_inline int has_capability(struct cred *cred, struct user_namespace *in,
					  u32 capability)
{
	struct user_namespace *own = BPF_CORE_READ(cred, user_ns);
	u32 euid = BPF_CORE_READ(cred, euid.val);
	u64 effective = 0;
	bpf_core_read(&effective, sizeof(effective), &cred->cap_effective);
	for (u32 i = 0; i < USER_NAMESPACES_MAX; i++) {
		if (!in)
			return 0;
		if (in == own)
			return effective >> (capability & 63) & 1;
		struct user_namespace *parent = BPF_CORE_READ(in, parent);
		if (parent == own && BPF_CORE_READ(in, owner.val) == euid)
			return 1;
		in = parent;
	}
	return 0;
}

/* Modes lsm and fmod_ret, before the kernel decides: who is about to use the capability, 0: nobody
 * that is judged. */
static __always_inline struct task_identity *user_of(struct task_struct *task, struct cred *cred,
						     struct user_namespace *in, u32 capability,
						     u32 options)
{
	if (options & CAP_OPT_NOAUDIT || capability >= CAPABILITIES)
		return 0;
	struct task_identity *identity = running_identity(task);
	return identity && is_own_cred(task, cred) && has_capability(cred, in, capability) ?
		       identity :
		       0;
}

static __always_inline int gate_use(struct task_identity *identity, u32 capability)
{
	return stops(judge_use(identity, LL_DIMENSION_CAPABILITY, capability,
			       USE_RECORD | USE_JUDGE | USE_DENIABLE, 0));
}

/* Kernels from 6.14 tell of each check with its answer. It can not be changed here: in mode
 * signal whoever has no right to use it is killed when the call returns. */
SEC("?tp_btf/cap_capable")
int on_capable(u64 *ctx)
{
	struct cred *cred = (void *)ctx[0];
	u32 capability = ctx[3];
	int answer = ctx[4];
	struct task_struct *task = current_task();
	if (answer || capability >= CAPABILITIES || !is_watched(task->pid))
		return 0;
	struct task_identity *identity = running_identity(task);
	if (!identity || !is_own_cred(task, cred))
		return 0;
	/* Known and allowed: not even the stack is looked at. */
	u64 bit = 1ull << capability;
	struct uses *known = &identity->capabilities;
	if (!(*announced_now(task, identity, known) & known->allowed & bit) &&
	    is_idle_question(ctx))
		return 0;
	judge_use(identity, LL_DIMENSION_CAPABILITY, capability, USE_RECORD | USE_JUDGE, 0);
	return 0;
}

#endif
