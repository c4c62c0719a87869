/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The path of a resolved kernel object, as seen from the root of its mount
 * namespace: what was opened, not what the caller wrote.
 */
#ifndef LOADLINE_PATH_H
#define LOADLINE_PATH_H

#include "maps.h"

#define NAME_MAX 255u

static long path_step(u64 index, void *context)
{
	struct scratch *area = scratch(*(u32 *)context & 1);
	if (!area)
		return 1;
	struct dentry *dentry = AS(dentry, area->dentry);
	struct mount *mount = AS(mount, area->mount);
	if (dentry == mount->mnt.mnt_root) {
		struct mount *above = mount->mnt_parent;
		if (above == mount || !above)
			return 1;
		area->dentry = mount->mnt_mountpoint;
		area->mount = above;
		return 0;
	}
	struct dentry *parent = dentry->d_parent;
	u32 length = dentry->d_name.len;
	const unsigned char *name = dentry->d_name.name;
	/* A dentry without a parent that is no mount's root has no place in the
	 * tree: a memfd, a pipe. Its name stands without a slash before it. */
	int detached = parent == dentry;
	if (length > NAME_MAX)
		length = NAME_MAX;
	u32 offset = area->offset;
	if (offset < area->lowest + length + 1) {
		area->failure = LL_LOSS_TOO_LONG + 1;
		return 1;
	}
	offset -= length;
	if (offset > SCRATCH_SIZE - NAME_MAX - 1 || offset < 1)
		return 1;
	if (bpf_probe_read_kernel(area->bytes + offset, length & 0xff, name)) {
		area->failure = LL_LOSS_UNREADABLE + 1;
		return 1;
	}
	if (!detached) {
		offset -= 1;
		area->bytes[offset] = '/';
	}
	area->offset = offset;
	area->dentry = parent;
	return detached;
}

/* Writes the path so that it ends at `end`; returns its length, 0 where it could
 * not be had, with *failure one of LL_LOSS_*. */
static __noinline u32 resolve_path(struct vfsmount *vfsmount, struct dentry *dentry, u32 end,
				   u32 scratch_index, u32 *failure)
{
	struct scratch *area = scratch(scratch_index & 1);
	if (!area || end > AREA_B_END || end < LL_PATH_MAX)
		return 0;
	area->dentry = dentry;
	area->mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	area->offset = end;
	area->lowest = end - LL_PATH_MAX;
	area->failure = 0;
	bpf_loop(LL_PATH_MAX, path_step, &scratch_index, 0);
	if (area->failure) {
		*failure = area->failure - 1;
		return 0;
	}
	if (area->offset == end) {
		area->bytes[end - 1] = '/';
		return 1;
	}
	return end - area->offset;
}

#endif
