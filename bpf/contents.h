/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Programs and libraries that a rule binds to contents. User space hashes, the kernel remembers
 * the answer for one version of an inode. What nobody has looked at is held: an exec at its end,
 * before an instruction of the new image, a mapping before the call returns.
 */
#ifndef LOADLINE_CONTENTS_H
#define LOADLINE_CONTENTS_H

#include "decide.h"

#define OVERLAYFS_MAGIC 0x794c7630

/* Whose pages are mapped. An overlay's own inode is told neither of a mapping of the inode below
 * nor of what is written through it. Only an upper one is ever written: its dentry follows the
 * inode in struct ovl_inode, which is a module's own and has no BTF here. */
static __always_inline struct inode *mapped_inode(struct inode *inode)
{
	struct dentry *upper = 0;
	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_MAGIC)
		return inode;
	bpf_probe_read_kernel(&upper, sizeof(upper),
			      (void *)inode + bpf_core_type_size(struct inode));
	struct inode *real = upper ? BPF_CORE_READ(upper, d_inode) : 0;
	return real ? real : inode;
}

static __always_inline s64 change_time(struct inode *inode)
{
	/* Since 6.13 the uppermost bit of the nanoseconds says that somebody has looked. */
	struct inode___split *split = (void *)inode;
	struct inode___renamed *renamed = (void *)inode;
	struct inode___plain *plain = (void *)inode;
	s64 seconds = 0;
	u32 nanoseconds = 0;
	if (bpf_core_field_exists(split->i_ctime_sec)) {
		seconds = BPF_CORE_READ(split, i_ctime_sec);
		nanoseconds = BPF_CORE_READ(split, i_ctime_nsec);
	} else if (bpf_core_field_exists(renamed->__i_ctime)) {
		seconds = BPF_CORE_READ(renamed, __i_ctime.tv_sec);
		nanoseconds = BPF_CORE_READ(renamed, __i_ctime.tv_nsec);
	} else {
		seconds = BPF_CORE_READ(plain, i_ctime.tv_sec);
		nanoseconds = BPF_CORE_READ(plain, i_ctime.tv_nsec);
	}
	return seconds * 1000000000ll + (nanoseconds & 0x7fffffff);
}

static __always_inline void fill_version(struct ll_content_key *key, struct inode *inode)
{
	key->inode = BPF_CORE_READ(inode, i_ino);
	key->ctime_ns = change_time(inode);
	key->size = BPF_CORE_READ(inode, i_size);
	key->device = BPF_CORE_READ(inode, i_sb, s_dev);
	key->inode_generation = BPF_CORE_READ(inode, i_generation);
}

/* Who has it open for writing: what its pages hold may change under those who run them. Most
 * kernels keep writers away from a program that runs themselves; 6.11 did not, and overlayfs does
 * not keep away who has mapped it. */
static __always_inline int writers_of(struct inode *inode)
{
	return BPF_CORE_READ(inode, i_writecount.counter);
}

/* What is known of the inode, whose path ends at AREA_A_END of the area: LL_CONTENT_*. Leaves the
 * question in the area, for hold_content(). */
__noinline int content_state(u32 index, u64 inode_address, u32 access, u32 length, u32 generation)
{
	struct scratch *area = scratch(index & AREA_MASK);
	struct inode *inode = mapped_inode((struct inode *)inode_address);
	if (!area || !inode || !length || length > LL_CONTENT_PATH_MAX)
		return LL_CONTENT_CHANGED;
	struct ll_content_key *key = &area->held.key;
	key->path_hash = hash_path(index, length);
	key->policy_generation = generation;
	key->access = access;
	fill_version(key, inode);
	if (writers_of(inode) > 0)
		return LL_CONTENT_CHANGED;
	u32 *known = bpf_map_lookup_elem(&contents, key);
	return known ? *known : LL_CONTENT_UNKNOWN;
}

/* Whether somebody will look: else what is not known counts as changed. */
static __always_inline int is_looked_after(void)
{
	u32 zero = 0;
	struct ll_content_settings *settings = bpf_map_lookup_elem(&content_settings, &zero);
	if (!settings || !settings->is_on)
		return 0;
	u64 now = bpf_ktime_get_boot_ns(), beat = settings->beat_boottime_ns;
	return now <= beat || now - beat <= settings->patience_ns;
}

static __always_inline void tell_of_content(struct ll_held_content *held, u32 tid)
{
	struct ll_cgroup record = {};
	record.header.kind = LL_KIND_CGROUP;
	record.header.size = sizeof(record);
	record.header.boottime_ns = held->held_boottime_ns;
	record.header.cgroup_id = held->cgroup_id;
	record.header.tgid = held->tgid;
	record.header.tid = tid;
	record.operation = LL_CGROUP_CONTENT_HELD;
	deliver(0, LL_KIND_CGROUP, &record, sizeof(record));
}

/* How long a signal takes at most from the gate that lets it pass to its effect. */
#define CONTINUED_NS 10000000000ull
#define HOLD_LOOK 0    /* let it go on: the profile is only monitored */
#define HOLD_STOP 1    /* stop the current task */
#define HOLD_STOPPED 2 /* it is stopped already */
/* Asks user space to look at what content_state() did not know. The path still ends at AREA_A_END.
 * Remembered first and stopped then, as in holding.h. Returns 0, or -1 where it cannot be held. */
__noinline int hold_content(struct task_identity *identity, u32 place, u32 length, u64 who, s32 fd)
{
	u32 index = place >> PLACE_SHIFT & AREA_MASK, how = place & 3, tid = (u32)who;
	struct scratch *area = scratch(index);
	if (!identity || !area || !length || length > LL_CONTENT_PATH_MAX)
		return -1;
	struct ll_held_content *held = &area->held;
	held->cgroup_id = identity->cgroup_id;
	held->start_boottime_ns = identity->start_boottime_ns;
	held->held_boottime_ns = bpf_ktime_get_boot_ns();
	held->slot = identity->slot;
	held->tgid = who >> 32;
	held->state = LL_CONTENT_STOPPING;
	held->is_stopped = how != HOLD_LOOK;
	held->fd = fd;
	held->origin = identity->origin;
	held->path_length = length;
	held->reserved0 = 0;
	u32 size = BOUNDED(length, LL_CONTENT_PATH_MAX);
	bpf_probe_read_kernel(held->path, size, area->bytes + (AREA_A_END - size));
	struct ll_held_content *own = 0;
	struct task_identity *process = identity_of_leader(current_task());
	(process ? process : identity)->content_held = tid;
	if (!bpf_map_update_elem(&held_contents, &tid, held, BPF_ANY))
		own = bpf_map_lookup_elem(&held_contents, &tid);
	if (!own)
		return -1;
	/* Asked once it stands in the map, as keeps_content_held() asks the other way round: one of
	 * the two sees the other. A signal that was let pass just before may arrive after the stop.
	 */
	if (!process)
		process = identity;
	if (how != HOLD_LOOK && process->continued_ns &&
	    held->held_boottime_ns < process->continued_ns + CONTINUED_NS) {
		bpf_map_delete_elem(&held_contents, &tid);
		return -1;
	}
	if (how == HOLD_STOP && bpf_send_signal(SIGSTOP)) {
		bpf_map_delete_elem(&held_contents, &tid);
		return -1;
	}
	own->state = LL_CONTENT_WAITING;
	tell_of_content(held, tid);
	return 0;
}

/* Whether only the agent may let the process go on; else it is noted that another does. */
static __always_inline u32 keeps_content_held(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct task_identity *process = leader ? identity_of(leader) : 0;
	if (!process)
		return 0;
	/* A hold that begins now sees it, or is seen. */
	process->continued_ns = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&process->continued_ns, 1); /* a barrier */
	u32 tid = process->content_held;
	return tid && bpf_map_lookup_elem(&held_contents, &tid);
}

static __always_inline u64 current_who(struct task_struct *task)
{
	return (u64)task->tgid << 32 | (u32)task->pid;
}

static __always_inline void content_deviates(struct judgement *j, u32 access, int state)
{
	j->deviating |= access;
	j->flags |= LL_DEVIATION_CONTENT;
	if (state == LL_CONTENT_UNKNOWN)
		j->flags |= LL_DEVIATION_UNVERIFIED;
}

/* What is done about a deviation, where nothing is only flagged. */
static __always_inline u32 how_to_hold(struct judgement *j)
{
	return j->enforce && j->action != LL_ACTION_ALERT ? HOLD_STOP : HOLD_LOOK;
}

/* An exec whose path is allowed: before the old image is gone. What nobody knows is looked at when
 * the exec is over, see hold_exec(). */
static __always_inline void judge_exec_content(struct task_identity *identity, struct judgement *j,
					       u32 index, struct inode *inode, u32 length)
{
	identity->content_bound = 0;
	if (j->deviating || !(j->bound & LL_ACCESS_EXECUTE))
		return;
	int state =
		content_state(index, (u64)inode, LL_ACCESS_EXECUTE, length, generation_of(j->word));
	if (state == LL_CONTENT_GOOD)
		return;
	if (state == LL_CONTENT_UNKNOWN && is_looked_after())
		identity->content_bound = 1;
	else
		content_deviates(j, LL_ACCESS_EXECUTE, state);
}

/* The exec is over, and its path stands before AREA_A_END of area 0. */
static __noinline int hold_exec(struct task_struct *task, struct task_identity *identity,
				u32 length)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	identity->content_bound = 0;
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (!j.word || !exe)
		return 0;
	j.action = policy_action(j.word, LL_DIMENSION_EXEC);
	int state = content_state(0, (u64)BPF_CORE_READ(exe, f_inode), LL_ACCESS_EXECUTE, length,
				  generation_of(j.word));
	if (state == LL_CONTENT_GOOD || !j.action)
		return 0;
	if (!hold_content(identity, PLACE(0, how_to_hold(&j)), length, current_who(task), -1))
		return 0;
	content_deviates(&j, LL_ACCESS_EXECUTE, state);
	respond(task, identity, &j, LL_DIMENSION_EXEC, 0, length, 0);
	return 0;
}

/* A mapping that is executable, of a file whose path is allowed: the inode of the area's touch. */
static __noinline int judge_map_content(struct task_struct *task, struct task_identity *identity,
					struct judgement *j, u32 index, u32 length)
{
	struct scratch *area = scratch(index & AREA_MASK);
	if (!area)
		return 0;
	int state = content_state(index, (u64)area->touch.inode, LL_ACCESS_MAP, length,
				  generation_of(j->word));
	if (state == LL_CONTENT_GOOD)
		return 0;
	if (state == LL_CONTENT_UNKNOWN && is_looked_after() &&
	    !hold_content(identity, PLACE(index, how_to_hold(j)), length, current_who(task),
			  area->touch.fd))
		return 0;
	content_deviates(j, LL_ACCESS_MAP, state);
	return 0;
}

/* The version of a file that the caller has open, as the hooks above see it. */
SEC("syscall")
int identify_content(struct ll_content_question *ctx)
{
	struct task_struct *task = current_task();
	struct file **table = BPF_CORE_READ(task, files, fdt, fd);
	struct file *file = 0;
	u32 fd = ctx->fd;
	if (fd >= BPF_CORE_READ(task, files, fdt, max_fds))
		return -1;
	bpf_probe_read_kernel(&file, sizeof(file), table + fd);
	struct inode *inode = mapped_inode(BPF_CORE_READ(file, f_inode));
	if (!inode)
		return -1;
	struct ll_content_key key = {};
	fill_version(&key, inode);
	ctx->key.inode = key.inode;
	ctx->key.ctime_ns = key.ctime_ns;
	ctx->key.size = key.size;
	ctx->key.device = key.device;
	ctx->key.inode_generation = key.inode_generation;
	int writers = writers_of(inode);
	ctx->writers = writers > 0 ? writers : 0;
	return 0;
}

#endif
