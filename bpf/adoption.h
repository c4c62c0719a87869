/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * How a task gets its identity where it did not inherit one from its parent.
 */
#ifndef LOADLINE_ADOPTION_H
#define LOADLINE_ADOPTION_H

#include "identity.h"

/* All but the two fields that say whether it is to be believed. */
#define IDENTITY_SIZE                                                                              \
	(sizeof(struct task_identity) - __builtin_offsetof(struct task_identity, cgroup_id))

static __always_inline void copy_identity(struct task_identity *to, struct task_identity *from)
{
	__builtin_memcpy(&to->cgroup_id, &from->cgroup_id, IDENTITY_SIZE);
	to->found_as = 0;
}

/* Begins to give a task its identity, which nobody sees until end_adoption(): two CPUs may be at
 * it, the task's own and the iterator's. Sets `slot` to the container's; 0 where the task has an
 * identity already, which it keeps for as long as its container is watched. Returns 0 where it is
 * in no watched container, where another CPU is at it (what it does in that microsecond is
 * nobody's), or where the kernel refused: what the task does then goes unseen, which is counted,
 * and being marked as watched it is tried again at its next event. */
static __always_inline struct task_identity *begin_adoption(struct task_struct *task, u32 *slot)
{
	u64 cgroup_id = 0;
	u32 found = container_of_cgroup(task->cgroups->dfl_cgrp, &cgroup_id);
	*slot = 0;
	if (!found)
		return 0;
	struct task_identity *identity =
		bpf_task_storage_get(&identities, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!identity) {
		set_watched(task->pid);
		count_lost(found, LL_LOSS_TABLE_FULL, LL_KIND_PROCESS);
		return 0;
	}
	if (identity->slot && is_held(identity)) {
		set_watched(task->pid);
		return identity;
	}
	if (__sync_lock_test_and_set(&identity->adopting, 1))
		return 0;
	/* Another container's, which is watched no more; all but the first two fields. */
	__sync_lock_test_and_set(&identity->slot, 0);
	__builtin_memset(&identity->cgroup_id, 0, IDENTITY_SIZE);
	identity->cgroup_id = cgroup_id;
	identity->start_boottime_ns = task->group_leader->start_boottime;
	identity->setup_mount_namespace = (u64)task->nsproxy->mnt_ns;
	*slot = found;
	return identity;
}

static __always_inline void end_adoption(struct task_struct *task, struct task_identity *identity,
					 u32 slot)
{
	__sync_lock_test_and_set(&identity->slot, slot);
	identity->adopting = 0;
	set_watched(task->pid);
}

/* In task_struct.__state: it has not run yet. */
#define TASK_NEW 0x800

/* A task without an identity that is in a watched container gets one at its next event. */
static __always_inline void mark_if_contained(struct task_struct *task)
{
	u64 cgroup_id = 0;
	if (container_of_cgroup(task->cgroups->dfl_cgrp, &cgroup_id))
		set_watched(task->pid);
}

/* Whether it was marked as watched, and has its identity; or gets it right now. */
static __always_inline int is_known(struct task_struct *task)
{
	if (!is_watched(task->pid))
		return 0;
	struct task_identity *identity = identity_of(task);
	if (identity && (identity->adopting || is_held(identity)))
		return 1;
	clear_watched(task->pid);
	return 0;
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

/* A thread is what its process is, above all in the same phase. Returns whether it is one. */
static __always_inline int take_from_process(struct task_struct *task,
					     struct task_identity *identity, u32 slot)
{
	struct task_identity *process = identity_of_leader(task);
	if (!process || process->slot != slot)
		return 0;
	copy_identity(identity, process);
	identity->peer_port = identity->begun = 0;
	identity->sent_dentry = 0;
	identity->refused_create = identity->has_parted = 0;
	identity->names[0].dentry = identity->names[1].dentry = 0;
	return 1;
}

/* What runs in a container is what it is born of, until it executes something else. Returns
 * whether that is known. */
static __always_inline int take_from_parent(struct task_struct *task,
					    struct task_identity *identity, u32 slot)
{
	struct task_struct *parent = task->real_parent;
	struct task_identity *from = parent ? identity_of(parent) : 0;
	if (!from || from->slot != slot)
		return 0;
	if (from->phase == PHASE_SETUP &&
	    BPF_CORE_READ(task, mm, exe_file) == BPF_CORE_READ(parent, mm, exe_file)) {
		identity->phase = PHASE_SETUP;
		return 1;
	}
	if (from->phase != PHASE_RUNNING)
		return 0;
	identity->phase = PHASE_RUNNING;
	identity->home_namespace = from->home_namespace;
	identity->origin = from->origin & ORIGIN_EXEC;
	identity->serving_from = serving_from(parent, from);
	return 1;
}

/* A task that nobody made known yet: born straight into a container's cgroup
 * (CLONE_INTO_CGROUP), or when its parent had, or itself got, no identity. */
static __always_inline struct task_identity *adopt_unseen(struct task_struct *task)
{
	u32 slot = 0;
	struct task_identity *identity = is_known(task) ? 0 : begin_adoption(task, &slot);
	if (!identity || !slot)
		return identity;
	if (!take_from_process(task, identity, slot) && !take_from_parent(task, identity, slot)) {
		struct file *exe = BPF_CORE_READ(task, mm, exe_file);
		identity->phase = exe && is_runtimes(task, exe, slot) ? PHASE_SETUP : PHASE_RUNNING;
		if (identity->phase == PHASE_RUNNING)
			identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	}
	end_adoption(task, identity, slot);
	return identity;
}

/* The identity of the current task, which is marked as watched; made where the kernel
 * refused to make it before. Returns 0 as begin_adoption() does. */
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

/* The entry point runs, and nobody was asked about it. On two CPUs, where the exec ends just when
 * its task is found by the iterator: the first one counts it. */
static __always_inline void end_setup(struct task_struct *task, struct task_identity *identity,
				      u32 slot)
{
	identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	if (__sync_val_compare_and_swap(&identity->phase, PHASE_SETUP, PHASE_RUNNING) ==
	    PHASE_SETUP)
		identity->origin = origin_of_entry(task, slot);
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
