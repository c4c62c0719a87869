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
	struct scratch *area = scratch(*(u32 *)context & AREA_MASK);
	if (!area)
		return 1;
	struct dentry *dentry = AS(dentry, area->dentry);
	struct mount *mount = AS(mount, area->mount);
	if (dentry == GET(mount, mnt.mnt_root)) {
		struct mount *above = GET(mount, mnt_parent);
		if (above == mount || !above)
			return 1;
		area->dentry = GET(mount, mnt_mountpoint);
		area->mount = above;
		return 0;
	}
	struct dentry *parent = GET(dentry, d_parent);
	u32 length = GET(dentry, d_name.len);
	const unsigned char *name = GET(dentry, d_name.name);
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
		/* Old kernels forget here what they know of the offset. */
		u32 slash = BOUNDED(offset, OFFSET_MASK);
		if (slash < SCRATCH_SIZE)
			area->bytes[slash] = '/';
	}
	area->offset = offset;
	area->dentry = parent;
	return detached;
}

/* Stands before a path that does not begin at the container's own root: a file of
 * the host or of another namespace, or of a mount that is attached nowhere. No
 * rule for a path of the container can match it. */
#define OUTSIDE "outside:"
#define OUTSIDE_LENGTH (sizeof(OUTSIDE) - 1)

/* The walk of resolve_path(), which has put the object into the area. Global, so that the
 * verifier reads it once and not for every caller. */
__noinline u32 resolve_in_area(u32 end, u32 scratch_index, u64 home)
{
	struct scratch *area = scratch(scratch_index & AREA_MASK);
	if (!area || end > AREA_B_END || end < LL_PATH_MAX)
		return 0;
	area->offset = end;
	area->lowest = end - LL_PATH_MAX + OUTSIDE_LENGTH;
	area->failure = 0;
	area->outside = 0;
	bpf_loop(LL_PATH_MAX, path_step, &scratch_index, 0);
	if (area->failure)
		return 0;
	u32 offset = area->offset;
	if (offset == end) {
		offset -= 1;
		u32 slash = BOUNDED(offset, OFFSET_MASK);
		if (slash < SCRATCH_SIZE)
			area->bytes[slash] = '/';
	}
	struct mount *root = area->mount;
	if (home && (u64)BPF_CORE_READ(root, mnt_ns) != home) {
		area->outside = 1;
		/* Two checks that the compiler may not fold into one: the verifier knows a
		 * bound only of the register that was compared. */
		u32 at = offset - OUTSIDE_LENGTH;
		asm volatile("" : "+r"(at));
		if (at < SCRATCH_SIZE - OUTSIDE_LENGTH && area->bytes[at + OUTSIDE_LENGTH] == '/') {
			__builtin_memcpy(area->bytes + at, OUTSIDE, OUTSIDE_LENGTH);
			offset = at;
		}
	}
	return end - offset;
}

/* Writes the path so that it ends at `end`; returns its length, 0 where it could
 * not be had: path_failure() says why. `home` is the container's mount namespace. */
static __always_inline u32 resolve_path(struct vfsmount *vfsmount, struct dentry *dentry, u32 end,
					u32 scratch_index, u64 home)
{
	struct scratch *area = scratch(scratch_index & AREA_MASK);
	if (!area)
		return 0;
	area->dentry = dentry;
	area->mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	return resolve_in_area(end, scratch_index, home);
}

static __always_inline u32 path_failure(u32 scratch_index)
{
	struct scratch *area = scratch(scratch_index & AREA_MASK);
	return area && area->failure ? area->failure - 1 : LL_LOSS_UNREADABLE;
}

/* Paths longer than this are not compared by hash: they count as changed. */
#define HASHED_MAX 512u

/* A hash of the path that ends at AREA_A_END; 0 where it is too long. Swift has it too, as
 * PathHash. */
__noinline u64 hash_path(u32 index, u32 length)
{
	struct scratch *area = scratch(index & AREA_MASK);
	u64 hash = 14695981039346656037ull ^ length;
	if (!area || length > HASHED_MAX)
		return 0;
	u32 words = length / 8;
	for (u32 i = 0; i < HASHED_MAX / 8; i++) {
		if (i >= words)
			break;
		hash = (hash ^ *(u64 *)(area->bytes + AREA_A_END - 8 * (i + 1))) * 1099511628211ull;
		hash ^= hash >> 29;
	}
	if (length & 7) {
		u64 rest = *(u64 *)(area->bytes + BOUNDED(AREA_A_END - 8 - 8 * words, 0x3fff));
		hash = (hash ^ rest >> (64 - 8 * (length & 7))) * 1099511628211ull;
		hash ^= hash >> 29;
	}
	return hash ? hash : 1;
}

#endif
