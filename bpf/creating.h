/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Opens whose outcome a gate cannot know. A call that may create a file is asked about before the
 * kernel has looked whether there is one, where nobody has looked for it lately; refusing it does
 * no harm then, as the kernel minds only where there is none. So it is refused without a word, and
 * told, and answered, at the call's return, where that failed for it.
 */
#ifndef LOADLINE_CREATING_H
#define LOADLINE_CREATING_H

#include "adoption.h"
#include "decide.h"

enum dentry_flags___known {
	DCACHE_PAR_LOOKUP___known = 1 << 28,
};

struct dentry___flagged {
	u32 d_flags;
} __attribute__((preserve_access_index));

/* Whether the kernel has begun to look for the name, and not found out yet. */
static __always_inline int is_in_lookup(struct dentry *dentry)
{
	u32 flag = 1 << 28;
	if (bpf_core_enum_value_exists(enum dentry_flags___known, DCACHE_PAR_LOOKUP___known))
		flag = bpf_core_enum_value(enum dentry_flags___known, DCACHE_PAR_LOOKUP___known);
	return (BPF_CORE_READ((struct dentry___flagged *)dentry, d_flags) & flag) != 0;
}

/* In a question: what is asked about may be there already. */
#define MAY_BE_THERE (1u << 23)
/* In one about attributes: the kernel will not let the caller. */
#define HAS_NO_RIGHT MAY_BE_THERE

struct refused_path {
	u8 bytes[LL_PATH_MAX]; /* the path at their end */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, u32); /* the thread */
	__type(value, struct refused_path);
} refused_creates SEC(".maps");

/* The path ends at AREA_A_END of the area. */
static __always_inline int remember_refusal(struct task_identity *identity, struct scratch *area,
					    u32 length)
{
	u32 tid = current_task()->pid;
	identity->refused_create = length;
	bpf_map_update_elem(&refused_creates, &tid, area->bytes + (AREA_A_END - LL_PATH_MAX),
			    BPF_ANY);
	return 1;
}

/* An open has returned that was refused as above and found no file (gate_open() forgets the refusal
 * of one that did). It may have failed for another reason even so. Global, so that the verifier
 * reads it once. */
__noinline int settle_create(struct task_identity *identity, s64 result)
{
	struct task_struct *task = current_task();
	u32 tid = task->pid;
	struct judgement j;
	if (!identity)
		return 0;
	u32 length = identity->refused_create, index = take_area();
	struct scratch *area = scratch(index & AREA_MASK);
	identity->refused_create = 0;
	struct refused_path *path = bpf_map_lookup_elem(&refused_creates, &tid);
	if (result == -EPERM && index && area && path && length && length <= LL_PATH_MAX) {
		bpf_probe_read_kernel(area->bytes + (AREA_A_END - LL_PATH_MAX), LL_PATH_MAX,
				      path->bytes);
		begin_judgement(&j, identity->slot);
		judge_object(task, identity, &j,
			     QUESTION(LL_DIMENSION_FILE, LL_ACCESS_CREATE, index), length);
		if (j.deviating)
			respond(task, identity, &j, LL_DIMENSION_FILE, index, length, 1);
	} else if (result == -EPERM) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
	}
	if (index)
		give_area(index);
	bpf_map_delete_elem(&refused_creates, &tid);
	return 0;
}

struct inode___device {
	u32 i_rdev;
} __attribute__((preserve_access_index));

struct signal_struct___terminal {
	void *tty;
} __attribute__((preserve_access_index));

#define OWN_TERMINAL (5u << 20) /* /dev/tty, as the kernel numbers devices */

/* The terminal of a process that has none: opening it fails, which nobody learns of. */
static __always_inline int is_missing_terminal(struct task_struct *task, struct touch *touch)
{
	struct inode___device *device = (void *)touch->inode;
	if ((touch->inode_mode & S_IFMT) != S_IFCHR ||
	    BPF_CORE_READ(device, i_rdev) != OWN_TERMINAL)
		return 0;
	struct signal_struct___terminal *signal = (void *)BPF_CORE_READ(task, signal);
	return !BPF_CORE_READ(signal, tty);
}

#endif
