/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What we have in the kernel, kept from others where a call can be refused: writing our maps,
 * changing and detaching our links, removing our pins. As long as the agent runs, from every
 * process that does not run its executable; always, from whoever is in a watched container. The
 * agent says what is ours and who it is.
 */
#ifndef LOADLINE_KEEPING_H
#define LOADLINE_KEEPING_H

#include "files.h"

#define BPF_FS_MAGIC 0xcafe4a11
#define PINS_DEPTH_MAX 8 /* ROOT/LAYOUT/links-BUILD/PROGRAM, and some */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_guard);
} guard SEC(".maps");

/* LL_KEPT_* << 32 | the kernel's number of it. Full: what is not in it is not kept, and the
 * agent says so. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u32);
} kept SEC(".maps");

static __always_inline struct ll_guard *guard_now(void)
{
	u32 zero = 0;
	struct ll_guard *now = bpf_map_lookup_elem(&guard, &zero);
	return now && now->is_on ? now : 0;
}

static __always_inline int runs_agent(struct ll_guard *now, struct task_struct *task)
{
	if (task->tgid == now->agent_pid)
		return 1;
	struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);
	return inode && now->executable_inode &&
	       BPF_CORE_READ(inode, i_ino) == now->executable_inode &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == now->executable_device;
}

/* Whether the current task is refused; it is noted then. */
static __always_inline int is_kept(struct ll_guard *now, u32 what)
{
	struct task_struct *task = current_task();
	if (!is_watched(task->pid) && (!now->agent_pid || runs_agent(now, task)))
		return 0;
	now->last_pid = task->tgid;
	now->last_kept = what;
	__sync_fetch_and_add(&now->refused, 1);
	return 1;
}

static __always_inline int keep_object(u32 kind, u32 id)
{
	struct ll_guard *now = guard_now();
	u64 key = (u64)kind << 32 | id;
	return now && bpf_map_lookup_elem(&kept, &key) && is_kept(now, kind);
}

/* A descriptor by which a map can be written, by whatever way it is come by. */
static __always_inline int keep_map(struct bpf_map *map, u32 mode)
{
	return mode & FMODE_WRITE && keep_object(LL_KEPT_MAP, BPF_CORE_READ(map, id));
}

/* Descriptors of links come from numbers and pins; it is asked what is done with one. The agent
 * shows itself here: this is its first call after it said who it is. */
static __always_inline int keep_link(u32 command, void *attributes)
{
	struct ll_guard *now = guard_now();
	struct task_struct *task = current_task();
	if (!now)
		return 0;
	if (task->tgid == now->agent_pid && !now->executable_inode) {
		struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);
		now->mount_namespace = (u64)task->nsproxy->mnt_ns;
		now->executable_device = BPF_CORE_READ(inode, i_sb, s_dev);
		now->executable_inode = BPF_CORE_READ(inode, i_ino);
	}
	if (command != BPF_LINK_UPDATE && command != BPF_LINK_DETACH)
		return 0;
	u32 fd = 0;
	bpf_probe_read_kernel(&fd, sizeof(fd), attributes);
	struct file *file = file_of(task, fd);
	struct bpf_link *link = file ? BPF_CORE_READ(file, private_data) : 0;
	return link && keep_object(LL_KEPT_LINK, BPF_CORE_READ(link, id));
}

/* Whether a name lies in the directory of our pins, or is it. */
static __always_inline int keep_pin(struct dentry *dentry)
{
	struct ll_guard *now = guard_now();
	if (!now || BPF_CORE_READ(dentry, d_sb, s_magic) != BPF_FS_MAGIC ||
	    BPF_CORE_READ(dentry, d_sb, s_dev) != now->pins_device)
		return 0;
	for (u32 i = 0; i < PINS_DEPTH_MAX; i++) {
		struct inode *inode = BPF_CORE_READ(dentry, d_inode);
		if (inode && BPF_CORE_READ(inode, i_ino) == now->pins_inode)
			return is_kept(now, LL_KEPT_PIN);
		dentry = BPF_CORE_READ(dentry, d_parent);
	}
	return 0;
}

/* The mount of their file system that the agent uses. Others of it are others' matter. */
static __always_inline int keep_mount(struct vfsmount *vfsmount)
{
	struct ll_guard *now = guard_now();
	struct super_block *sb = BPF_CORE_READ(vfsmount, mnt_root, d_sb);
	if (!now || BPF_CORE_READ(sb, s_magic) != BPF_FS_MAGIC ||
	    BPF_CORE_READ(sb, s_dev) != now->pins_device)
		return 0;
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	return (u64)BPF_CORE_READ(mount, mnt_ns) == now->mount_namespace &&
	       is_kept(now, LL_KEPT_PIN);
}

/* The agent has ended, however. */
static __always_inline void note_end(struct task_struct *task)
{
	struct ll_guard *now = guard_now();
	if (now && task->tgid == now->agent_pid && task->signal->live.counter == 0)
		now->agent_pid = 0;
}

#endif
