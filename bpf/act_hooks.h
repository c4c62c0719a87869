/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Rare acts at hooks of their own, beside the return of system calls: signals out of the
 * container, and what mode signal has to judge earlier than that.
 */
#ifndef LOADLINE_ACT_HOOKS_H
#define LOADLINE_ACT_HOOKS_H

#include "acts.h"

SEC("tp_btf/signal_generate")
int on_signal(u64 *ctx)
{
	struct task_struct *task = current_task(), *target = (void *)ctx[2];
	struct kernel_siginfo *info = (void *)ctx[1];
	/* An interrupt may send one too, and may have come while the task's storage is in use:
	 * it is asked for only where a program sent the signal. */
	if ((!is_watched(task->pid) && !is_watched(target->pid)) || !is_sent_by_program(info))
		return 0;
	if (is_watched(target->pid))
		on_reload_signal(task, target, ctx[0]);
	if (!is_watched(task->pid))
		return 0;
	struct task_identity *identity = running_identity(task);
	if (identity && is_sent_outside(identity, target, info))
		judge_use(identity, LL_DIMENSION_ACT, LL_ACT_SIGNAL_OUTSIDE, USE_RECORD | USE_JUDGE,
			  0);
	return 0;
}

#define PROCESS_VM_WRITEV_I386 348u
#define PROCESS_VM_WRITEV 311u

/* Mode signal. With SIGKILL pending the kernel walks no pages of another process, so
 * nothing is written: process_vm_writev is the one call that is too late at its return. It is
 * judged where it goes to lock the other's memory, which few calls do; a tracepoint at the
 * entry of calls would cost every call of the node. */
SEC("?tp_btf/mmap_lock_start_locking")
int on_memory_lock(u64 *ctx)
{
	struct task_struct *task = current_task();
	if ((u64)task->mm == ctx[0] || !is_watched(task->pid))
		return 0;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	u32 compat = task->thread_info.status & TS_COMPAT;
	if (regs->orig_ax != (compat ? PROCESS_VM_WRITEV_I386 : PROCESS_VM_WRITEV))
		return 0;
	struct task_identity *identity = running_identity(task);
	if (identity)
		judge_use(identity, LL_DIMENSION_ACT, LL_ACT_FOREIGN_MEMORY, USE_JUDGE, 0);
	return 0;
}

/* Mode signal: internet sockets that send what no address can be told of. Refused where they
 * are made, by whatever call. */
SEC("?cgroup/sock_create")
int on_socket_create(struct bpf_sock *ctx)
{
	/* The usual ones first: this hook can be preempted, and while it holds a task's storage
	 * the tracepoints of this CPU cannot have it. */
	u64 act = socket_act(ctx->family, ctx->type, ctx->protocol);
	struct task_identity *identity = act ? running_identity(current_task()) : 0;
	if (!identity)
		return 1;
	return !stops(judge_use(identity, LL_DIMENSION_ACT,
				act == ACT_BIT(RAW_SOCKET) ? LL_ACT_RAW_SOCKET : LL_ACT_RARE_SOCKET,
				USE_JUDGE | USE_DENIABLE, 0));
}

#endif
