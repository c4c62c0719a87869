/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Which container a task belongs to.
 */
#ifndef LOADLINE_IDENTITY_H
#define LOADLINE_IDENTITY_H

#include "maps.h"

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task_btf();
}

static __always_inline int is_watched(u32 tid)
{
	return (watched_threads[(tid & (LL_PID_LIMIT - 1)) / 64] >> (tid & 63)) & 1;
}

static __always_inline void set_watched(u32 tid)
{
	__sync_fetch_and_or(&watched_threads[(tid & (LL_PID_LIMIT - 1)) / 64], 1ull << (tid & 63));
}

static __always_inline void clear_watched(u32 tid)
{
	__sync_fetch_and_and(&watched_threads[(tid & (LL_PID_LIMIT - 1)) / 64],
			     ~(1ull << (tid & 63)));
}

/* cgroups nest deeper than this nowhere; beyond, the container is not found and
 * the task stays unwatched, which user space sees as a container without tasks. */
#define CGROUP_DEPTH_MAX 24

/* The watched container that a cgroup lies in: the nearest ancestor that is one. */
static __always_inline u32 container_of_cgroup(struct cgroup *cgroup, u64 *cgroup_id)
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
		u32 *slot = bpf_map_lookup_elem(&containers, &id);
		if (slot) {
			*cgroup_id = id;
			return *slot;
		}
	}
	return 0;
}

static __always_inline struct task_identity *identity_of(struct task_struct *task)
{
	return bpf_task_storage_get(&identities, task, 0, 0);
}

/* What one image used and was allowed says nothing of the next. */
static __always_inline void forget_uses(struct task_identity *identity)
{
	__builtin_memset(&identity->capabilities, 0, sizeof(identity->capabilities));
	__builtin_memset(&identity->acts, 0, sizeof(identity->acts));
}

static __always_inline u64 container_word(u32 slot)
{
	u64 *word = bpf_map_lookup_elem(&container_state, &slot);
	return word ? *word : 0;
}

/* Whether an identity still means a container that is watched: user space may have
 * given it up, and given its slot to another. */
static __always_inline int is_held(struct task_identity *identity)
{
	u64 cgroup_id = identity->cgroup_id;
	u32 *slot = bpf_map_lookup_elem(&containers, &cgroup_id);
	return slot && *slot == identity->slot;
}

/* The cheap form of it, for every event: false leaves nothing behind for a
 * container that was given up. */
static __always_inline int is_slot_watched(u32 slot)
{
	return container_word(slot) & LL_CONTAINER_WATCHED;
}

static __always_inline void fill_header(struct ll_header *header, struct task_identity *identity,
					struct task_struct *task, u16 kind, u16 size)
{
	header->kind = kind;
	header->size = size;
	header->slot = identity->slot;
	header->boottime_ns = bpf_ktime_get_boot_ns();
	header->cgroup_id = identity->cgroup_id;
	header->tgid = task->tgid;
	header->tid = task->pid;
	header->start_boottime_ns = identity->start_boottime_ns;
}

#endif
