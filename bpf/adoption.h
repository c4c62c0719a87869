/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * How a task gets its identity where it did not inherit one from its parent.
 */
#ifndef LOADLINE_ADOPTION_H
#define LOADLINE_ADOPTION_H

#include "identity.h"

/* Gives a task its identity. Returns the identity, or 0 where it is in no watched
 * container or the kernel refused: what the task does now goes unseen, which is counted,
 * and being marked as watched it is tried again at its next event. */
static __always_inline struct task_identity *adopt(struct task_struct *task, u32 phase)
{
	u64 cgroup_id = 0;
	u32 slot = container_of_cgroup(task->cgroups->dfl_cgrp, &cgroup_id);
	if (!slot)
		return 0;
	struct task_identity *identity =
		bpf_task_storage_get(&identities, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!identity) {
		set_watched(task->pid);
		count_lost(slot, LL_LOSS_TABLE_FULL, LL_KIND_PROCESS);
		return 0;
	}
	/* What has an identity keeps it, for as long as its container is watched. */
	if (identity->slot && is_held(identity)) {
		set_watched(task->pid);
		return identity;
	}
	identity->subject = 0;
	identity->subject_generation = 0;
	identity->peer_port = 0;
	identity->new_namespaces = 0;
	forget_uses(identity);
	identity->home_namespace = 0;
	identity->exec = 0;
	identity->origin = 0;
	identity->serving_from = 0;
	identity->cgroup_id = cgroup_id;
	identity->slot = slot;
	identity->phase = phase;
	identity->start_boottime_ns = task->group_leader->start_boottime;
	identity->setup_mount_namespace = (u64)task->nsproxy->mnt_ns;
	set_watched(task->pid);
	return identity;
}

/* As above, where the task may have one already. Returns 0 for one that has. */
static __always_inline struct task_identity *adopt_new(struct task_struct *task, u32 phase)
{
	if (is_watched(task->pid)) {
		struct task_identity *identity = identity_of(task);
		if (identity && is_held(identity))
			return 0;
		clear_watched(task->pid);
	}
	return adopt(task, phase);
}

/* The identity of a thread's process, 0 where it has none or this is the process. */
static __always_inline struct task_identity *identity_of_leader(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	if (!leader || leader->pid == task->pid)
		return 0;
	struct task_identity *identity = identity_of(leader);
	return identity && identity->slot && is_held(identity) ? identity : 0;
}

/* Since when its process serves (phase.h); 0: not yet. Threads have the phase of their process,
 * whichever of them listens. */
static __always_inline u64 serving_from(struct task_struct *task, struct task_identity *identity)
{
	struct task_identity *process = identity_of_leader(task);
	return (process ? process : identity)->serving_from;
}

/* As adopt_new(); a thread is what its process is, above all in the same phase. */
static __always_inline struct task_identity *adopt_thread(struct task_struct *task, u32 phase)
{
	struct task_identity *process = identity_of_leader(task);
	struct task_identity *identity = adopt_new(task, process ? process->phase : phase);
	if (identity && process) {
		*identity = *process;
		identity->peer_port = 0;
		identity->refused_create = 0;
		identity->names[0].dentry = identity->names[1].dentry = 0;
	}
	return identity;
}

/* Whether a file lies on a mount of the task's own mount namespace. The runtime
 * runs from a sealed copy of itself: a memfd or a mount that is attached nowhere. */
static __always_inline int is_in_own_tree(struct task_struct *task, struct file *file)
{
	struct vfsmount *vfsmount = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	return BPF_CORE_READ(mount, mnt_ns) == BPF_CORE_READ(task, nsproxy, mnt_ns);
}

/* Whether a task of a container was made from outside of it. */
static __always_inline int is_from_outside(struct task_struct *task, u32 slot)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	u64 cgroup_id = 0;
	return container_of_cgroup(BPF_CORE_READ(parent, cgroups, dfl_cgrp), &cgroup_id) != slot;
}

/* Whether a task in a container is the runtime's, which runs from a sealed copy of
 * itself, or is about to and still shares the mount namespace of its parent outside. */
static __always_inline int is_runtimes(struct task_struct *task, struct file *exe, u32 slot)
{
	if (!is_in_own_tree(task, exe))
		return 1;
	return BPF_CORE_READ(task, real_parent, nsproxy, mnt_ns) ==
		       BPF_CORE_READ(task, nsproxy, mnt_ns) &&
	       is_from_outside(task, slot);
}

/* A task that nobody made known yet: born straight into a container's cgroup
 * (CLONE_INTO_CGROUP), or when its parent had, or itself got, no identity. */
static __always_inline struct task_identity *adopt_unseen(struct task_struct *task)
{
	struct task_identity *identity = adopt_thread(task, PHASE_RUNNING);
	if (!identity || identity->phase != PHASE_RUNNING || identity->home_namespace)
		return identity;
	struct task_struct *parent = task->real_parent;
	struct task_identity *from = parent ? identity_of(parent) : 0;
	if (from && from->slot == identity->slot && from->phase == PHASE_RUNNING) {
		identity->home_namespace = from->home_namespace;
		identity->origin = from->origin & ORIGIN_EXEC;
		identity->serving_from = serving_from(parent, from);
		return identity;
	}
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (exe && is_runtimes(task, exe, identity->slot))
		identity->phase = PHASE_SETUP;
	else
		identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	return identity;
}

/* The identity of the current task, which is marked as watched; made where the kernel
 * refused to make it before. Returns 0 as adopt() does. */
static __noinline struct task_identity *watched_identity(struct task_struct *task)
{
	struct task_identity *identity = identity_of(task);
	if (!identity)
		identity = adopt_unseen(task);
	return identity;
}

/* Threads that io_uring makes to act for a process: no fork is told of them. */
#define PF_IO_WORKER 0x00000010

/* The identity of whoever acts, where it runs in a watched container and is past its set-up. */
static __always_inline struct task_identity *running_identity(struct task_struct *task)
{
	if (!is_watched(task->pid) && !(task->flags & PF_IO_WORKER))
		return 0;
	struct task_identity *identity = watched_identity(task);
	return identity && identity->phase == PHASE_RUNNING ? identity : 0;
}

/* Asks user space to look for tasks without an identity by the iterator, soon. */
static __always_inline void ask_for_adoption(struct task_struct *task)
{
	struct ll_cgroup record = {};
	record.header.kind = LL_KIND_CGROUP;
	record.header.size = sizeof(record);
	record.header.boottime_ns = bpf_ktime_get_boot_ns();
	record.header.tgid = task->tgid;
	record.header.tid = task->pid;
	record.operation = LL_CGROUP_TASK_JOINED;
	deliver(0, LL_KIND_CGROUP, &record, sizeof(record));
}

/* The runtime re-executes itself while it sets up; the entry point is the first
 * program from the container's own tree. */
static __always_inline int ends_setup(struct task_struct *task, struct task_identity *identity,
				      struct file *file)
{
	if ((u64)task->nsproxy->mnt_ns != identity->setup_mount_namespace)
		return 1;
	if (!is_in_own_tree(task, file))
		return 0;
	struct file *running = task->mm->exe_file;
	return !running || running->f_inode != file->f_inode;
}

/* Whether it is number 1 of a pid namespace of its own. */
static __always_inline int is_first_process(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid innermost = {};
	bpf_probe_read_kernel(&innermost, sizeof(innermost),
			      (void *)__builtin_preserve_access_index(&pid->numbers) +
				      (u64)(level & 31) * bpf_core_type_size(struct upid));
	return level && innermost.nr == 1;
}

/* What the runtime starts: first the container's own program, which in a pid namespace of
 * others is not number 1; then execs into the running container. */
static __always_inline u32 origin_of_entry(struct task_struct *task, u32 slot)
{
	struct ll_statistics *s = statistics_of(slot);
	u64 before = s ? __sync_fetch_and_add(&s->entries, 1) : 0;
	return !before || is_first_process(task) ? ORIGIN_INIT : ORIGIN_EXEC;
}

#define EXEC_ASKED 1u /* a profile was asked about the exec under way */
/* It may be the entry point's, adopted when it was past where a profile is asked. */
#define EXEC_OF_ENTRY 2u

/* Whose exec of `file` is to be judged: 0 for what is in no watched container, and for the
 * runtime's own programs, before the entry point. */
static __always_inline struct task_identity *executing_identity(struct task_struct *task,
								struct file *file)
{
	struct task_identity *identity =
		is_watched(task->pid) ? watched_identity(task) : adopt_unseen(task);
	if (!identity)
		return 0;
	u32 asked = container_word(identity->slot) >> 32 ? EXEC_ASKED : 0;
	identity->exec = 0;
	if (identity->phase == PHASE_SETUP) {
		identity->setup_ends = ends_setup(task, identity, file);
		if (!identity->setup_ends)
			return 0;
		identity->home_namespace = (u64)task->nsproxy->mnt_ns;
		identity->origin = origin_of_entry(task, identity->slot);
	}
	identity->exec = asked;
	return identity;
}

#endif
