/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * A container is held from its first instruction. A new cgroup is pending until the agent
 * has decided whose it is. What executes its program in a pending cgroup is stopped at the
 * end of the exec, before an instruction of the program runs; once the container is bound,
 * the exec is judged as the runtime's, and the process goes on or is killed.
 */
#ifndef LOADLINE_HOLDING_H
#define LOADLINE_HOLDING_H

#include "adoption.h"
#include "contents.h"

static __always_inline struct ll_hold_settings *hold_settings_now(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&hold_settings, &zero);
}

static __always_inline struct ll_hold_counts *hold_counts_now(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&hold_counts, &zero);
}

/* A cgroup was made: pending, but for one inside of a container, which is the container. */
static __always_inline void await_decision(struct cgroup *cgroup)
{
	struct ll_hold_settings *settings = hold_settings_now();
	u64 id = BPF_CORE_READ(cgroup, kn, id), container = 0;
	u32 state = LL_PENDING_NEW;
	if (!settings || !settings->is_on || BPF_CORE_READ(cgroup, root, hierarchy_id) != 0 ||
	    container_of_cgroup(cgroup, &container))
		return;
	struct ll_hold_counts *counts = hold_counts_now();
	if (bpf_map_update_elem(&pending_cgroups, &id, &state, BPF_ANY) && counts)
		__sync_fetch_and_add(&counts->full, 1);
}

/* The nearest pending cgroup at or above one; 0: none. */
static __noinline u64 pending_at(struct cgroup *cgroup)
{
	int level = BPF_CORE_READ(cgroup, level);
	for (int i = 0; i < CGROUP_DEPTH_MAX; i++) {
		struct cgroup *ancestor = 0;
		if (level - i < 1)
			break;
		void *slot_address = __builtin_preserve_access_index(&cgroup->ancestors);
		bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
				      slot_address + (u64)(level - i) * sizeof(void *));
		u64 id = BPF_CORE_READ(ancestor, kn, id);
		if (bpf_map_lookup_elem(&pending_cgroups, &id))
			return id;
	}
	return 0;
}

/* Runs in a mount namespace of its own, and not from the runtime's sealed copy: the runtime
 * makes the namespace after the last time that it executes itself. */
static __always_inline int is_containers_program(struct task_struct *task)
{
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	return host_mount_namespace &&
	       BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum) != host_mount_namespace && exe &&
	       is_in_own_tree(task, exe);
}

/* The host's services are the children of number 1 of the agent's own pid namespace. */
static __always_inline void find_host_mount_namespace(void)
{
	struct pid *pid = BPF_CORE_READ(current_task(), thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid own = {};
	bpf_probe_read_kernel(&own, sizeof(own),
			      (void *)__builtin_preserve_access_index(&pid->numbers) +
				      (u64)(level & 31) * bpf_core_type_size(struct upid));
	host_mount_namespace = BPF_CORE_READ(own.ns, child_reaper, nsproxy, mnt_ns, ns.inum);
}

static __always_inline void tell_of_start(struct task_struct *task, u64 cgroup_id)
{
	struct ll_cgroup record = {};
	record.header.kind = LL_KIND_CGROUP;
	record.header.size = sizeof(record);
	record.header.boottime_ns = bpf_ktime_get_boot_ns();
	record.header.cgroup_id = cgroup_id;
	record.header.tgid = task->tgid;
	record.header.tid = task->pid;
	record.operation = LL_CGROUP_START_HELD;
	deliver(0, LL_KIND_CGROUP, &record, sizeof(record));
}

/* Stops the current task, which has just executed a program, on its way to the program's
 * first instruction. The signal is the kernel's own, so number 1 of a pid namespace obeys.
 * Remembered first and stopped then: the agent looks whom it has to let go. */
static __noinline int stop_at_start(struct task_struct *task, struct ll_hold_settings *settings,
				    u64 cgroup_id, u32 is_entry)
{
	struct ll_hold_counts *counts = hold_counts_now();
	u32 *pending = bpf_map_lookup_elem(&pending_cgroups, &cgroup_id);
	u64 now = bpf_ktime_get_boot_ns();
	u32 tgid = task->tgid;
	if (!settings || !counts)
		return 0;
	u64 beat = settings->beat_boottime_ns;
	if (now > beat && now - beat > settings->patience_ns) {
		if (pending)
			*pending = LL_PENDING_STARTED;
		__sync_fetch_and_add(&counts->late, 1);
		return 0;
	}
	struct ll_held_start start = {
		.cgroup_id = cgroup_id,
		.start_boottime_ns = task->group_leader->start_boottime,
		.held_boottime_ns = now,
		.is_entry = is_entry,
	};
	struct ll_held_start *own = 0;
	if (!bpf_map_update_elem(&held_starts, &tgid, &start, BPF_ANY))
		own = bpf_map_lookup_elem(&held_starts, &tgid);
	if (!own || bpf_send_signal(SIGSTOP)) {
		bpf_map_delete_elem(&held_starts, &tgid);
		if (pending)
			*pending = LL_PENDING_STARTED;
		__sync_fetch_and_add(&counts->full, 1);
		return 0;
	}
	/* Let go before the signal is sent, it would be stopped after it. */
	own->state = LL_START_WAITING;
	__sync_fetch_and_add(&counts->held, 1);
	tell_of_start(task, cgroup_id);
	return 0;
}

/* A task in a container that is watched has executed a program: the entry point's where `is_entry`,
 * and a profile, where the container has one by now, was not asked about it. */
static __always_inline void hold_start(struct task_struct *task, struct task_identity *identity,
				       u32 is_entry, u32 has_profile)
{
	struct ll_hold_settings *settings = hold_settings_now();
	u64 cgroup_id = identity->cgroup_id;
	if (settings && settings->is_on && is_containers_program(task) &&
	    ((is_entry && has_profile) || bpf_map_lookup_elem(&pending_cgroups, &cgroup_id)))
		stop_at_start(task, settings, cgroup_id, is_entry);
}

/* Whether a task past the runtime's programs is in the middle of the entry point's exec: had that
 * ended, it would have been held, or be known to have gone by. */
static __always_inline int is_starting(struct task_struct *task, u64 cgroup_id, u32 slot)
{
	u32 *pending = bpf_map_lookup_elem(&pending_cgroups, &cgroup_id);
	return pending && *pending == LL_PENDING_NEW && is_from_outside(task, slot);
}

/* A task that is in no container that is watched has executed a program. It is the runtime's
 * doing where its parent is outside, and nothing went by before. Returns whether it was pending. */
static __always_inline int hold_stranger(struct task_struct *task)
{
	struct ll_hold_settings *settings = hold_settings_now();
	if (!settings || !settings->is_on || !is_containers_program(task))
		return 0;
	u64 cgroup_id = pending_at(task->cgroups->dfl_cgrp);
	u32 *pending = cgroup_id ? bpf_map_lookup_elem(&pending_cgroups, &cgroup_id) : 0;
	if (!pending)
		return 0;
	struct cgroup *above = BPF_CORE_READ(task, real_parent, cgroups, dfl_cgrp);
	u32 is_entry = *pending == LL_PENDING_NEW && pending_at(above) != cgroup_id;
	stop_at_start(task, settings, cgroup_id, is_entry);
	return 1;
}

/* The exec that `start` is about, asked as it would have been had the container been bound:
 * in the name of the runtime. Works in area 1, which is taken. Returns LL_VERDICT_*, 0: allowed.
 * Whoever asks sends the signal: the current task is the agent's. */
static __noinline u32 judge_start(struct task_struct *task, struct task_identity *identity,
				  struct ll_held_start *start)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (!j.word || !exe)
		return 0;
	u32 length = resolve_path(BPF_CORE_READ(exe, f_path.mnt), BPF_CORE_READ(exe, f_path.dentry),
				  AREA_A_END, 1, identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(1), LL_KIND_EXEC);
	u32 phase = identity->phase, verdict = 0;
	identity->phase = PHASE_SETUP;
	identity->subject_generation = 0;
	judge_object(task, identity, &j, QUESTION(LL_DIMENSION_EXEC, LL_ACCESS_EXECUTE, 1), length);
	judge_exec_content(identity, &j, 1, BPF_CORE_READ(exe, f_inode), length);
	if (identity->content_bound) {
		identity->content_bound = 0;
		/* It stays stopped: by another that waits. */
		if (hold_content(identity, PLACE(1, HOLD_STOPPED), length, current_who(task), -1))
			content_deviates(&j, LL_ACCESS_EXECUTE, LL_CONTENT_UNKNOWN);
		else
			start->is_content_held = 1;
	}
	if (j.deviating) {
		verdict = verdict_on(identity, &j, 0);
		report(task, identity, &j, LL_DIMENSION_EXEC | verdict << 8 | 1 << PLACE_SHIFT,
		       length);
	}
	identity->phase = phase;
	identity->subject_generation = 0;
	return verdict;
}

/* What we know of a task that we stopped; 0: it is none of those. */
static __always_inline struct ll_held_start *held_start_of(struct task_struct *task)
{
	u32 tgid = task->tgid;
	struct ll_held_start *start = bpf_map_lookup_elem(&held_starts, &tgid);
	return start && start->start_boottime_ns == task->group_leader->start_boottime ? start : 0;
}

/* Fills in the identity of a task that the iterator found; `asked`: see `seeding`. */
static __always_inline void take_as_found(struct task_struct *task, struct task_identity *identity,
					  u32 slot, u32 asked)
{
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (take_from_process(task, identity, slot))
		return;
	identity->found_as = (u64)exe;
	/* One that we stopped is past its exec. */
	struct ll_held_start *start = held_start_of(task);
	if (!start && take_from_parent(task, identity, slot))
		return;
	if (!start && asked != (slot | LL_SEEDING_RUNNING) && exe && is_runtimes(task, exe, slot)) {
		identity->phase = PHASE_SETUP;
		return;
	}
	identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	if (!start && asked == slot && is_starting(task, identity->cgroup_id, slot))
		identity->exec = EXEC_OF_ENTRY;
	if ((start && start->is_entry) || identity->exec)
		identity->origin = origin_of_entry(task, slot);
	else if (is_first_process(task))
		identity->origin = ORIGIN_INIT;
	identity->phase = PHASE_RUNNING;
}

/* The end of the entry point's exec saw no identity where it came before this one was there. */
static __always_inline void look_again(struct task_struct *task, struct task_identity *identity)
{
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (identity->phase == PHASE_SETUP && !identity->setup_ends && exe &&
	    (u64)exe != identity->found_as && !is_runtimes(task, exe, identity->slot))
		end_setup(task, identity, identity->slot);
	identity->found_as = 0;
}

/* Judges a stopped task, once it is decided whose it is. */
static __always_inline int judge_if_decided(struct task_struct *task)
{
	struct ll_held_start *start = held_start_of(task);
	if (!start || start->state != LL_START_WAITING || task->pid != task->tgid)
		return 0;
	struct task_identity *identity = identity_of(task);
	if (!identity || !is_held(identity))
		return 0;
	u64 cgroup_id = identity->cgroup_id;
	if (bpf_map_lookup_elem(&pending_cgroups, &cgroup_id))
		return 0;
	struct scratch *area = scratch(1);
	if (!area || __sync_lock_test_and_set(&area->busy, 1))
		return 0;
	start->verdict = start->is_entry ? judge_start(task, identity, start) : 0;
	area->busy = 0;
	start->state = LL_START_JUDGED;
	return 0;
}

#endif
