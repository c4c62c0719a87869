/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The mount by which a container sees a file, for hooks that are told only the file.
 */
#ifndef LOADLINE_MOUNTS_H
#define LOADLINE_MOUNTS_H

#include "path.h"

/* Mounts of one file system in all namespaces; beyond, the file counts as not seen. */
#define MOUNTS_MAX 4096u

struct climb {
	u64 at;
	u64 top;
};

static long climb_step(u64 index, void *context)
{
	struct climb *climb = context;
	struct dentry *dentry = (void *)climb->at;
	u64 parent = (u64)BPF_CORE_READ(dentry, d_parent);
	if (climb->at == climb->top || parent == climb->at)
		return 1;
	climb->at = parent;
	return 0;
}

struct mount_search {
	u64 mount;
	u64 end; /* where a list of mounts begins anew */
	u64 dentry;
	u64 home;
	u64 found;
};

/* Read without the lock that guards the list: a mount that goes meanwhile is not found, and
 * memory that is no mount any more reads as one of another namespace. */
static long mount_step(u64 index, void *context)
{
	struct mount_search *search = context;
	struct mount *mount = (void *)search->mount;
	if (!mount || search->mount == search->end)
		return 1;
	if ((u64)BPF_CORE_READ(mount, mnt_ns) == search->home) {
		struct climb climb = {search->dentry, (u64)BPF_CORE_READ(mount, mnt.mnt_root)};
		bpf_loop(LL_PATH_MAX, climb_step, &climb, 0);
		if (climb.at == climb.top) {
			search->found = search->mount;
			return 1;
		}
	}
	if (bpf_core_field_exists(struct mount___single, mnt_next_for_sb))
		search->mount = (u64)BPF_CORE_READ((struct mount___single *)mount, mnt_next_for_sb);
	else
		search->mount = (u64)BPF_CORE_READ(mount, mnt_instance.next) -
				bpf_core_field_offset(struct mount, mnt_instance);
	return 0;
}

/* 0: the file lies on no mount of that namespace. */
static __noinline struct vfsmount *mount_in(struct dentry *dentry, u64 home)
{
	struct super_block *file_system = BPF_CORE_READ(dentry, d_sb);
	struct mount_search search = {.dentry = (u64)dentry, .home = home};
	if (!home)
		return 0;
	if (bpf_core_field_exists(struct mount___single, mnt_next_for_sb)) {
		search.mount =
			(u64)BPF_CORE_READ((struct super_block___single *)file_system, s_mounts);
	} else {
		u64 offset = bpf_core_field_offset(struct mount, mnt_instance);
		search.mount = (u64)BPF_CORE_READ(file_system, s_mounts.next) - offset;
		search.end = (u64)file_system +
			     bpf_core_field_offset(struct super_block, s_mounts) - offset;
	}
	bpf_loop(MOUNTS_MAX, mount_step, &search, 0);
	if (!search.found)
		return 0;
	return (void *)(search.found + bpf_core_field_offset(struct mount, mnt));
}

#endif
