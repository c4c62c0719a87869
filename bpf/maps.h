/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Knobs and maps. Each map says what a full one means.
 */
#ifndef LOADLINE_MAPS_H
#define LOADLINE_MAPS_H

#include "kernel_types.h"

/* Moves on with every rename, mount and unmount on the node: a path that was
 * resolved before may be spelled differently now. */
u64 path_epoch = 1;

/* Inode number of the mount namespace that the host's services run in: who is there is
 * in no container. 0: not known, and no start is held. */
u32 host_mount_namespace;

/* One bit per thread id: set while the task belongs to a watched container.
 * The first question of every hook, so it has to cost a load and no call. */
u64 watched_threads[LL_PID_LIMIT / 64];

/* Records to user space. Full: the record is counted as lost and the flow it
 * announced is announced again at its next touch. The last part is kept for what is
 * urgent: a container that floods the ring hides no other's deviations by it. */
#define RING_SIZE (16 * 1024 * 1024)
#define RING_KEPT (2 * 1024 * 1024)
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_SIZE);
} ring SEC(".maps");

/* cgroup id -> container slot. User space fills it and refuses to overfill. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, LL_SLOTS);
	__type(key, u64);
	__type(value, u32);
} containers SEC(".maps");

/* slot -> profile << 32 | LL_CONTAINER_* flags; one word, so that a change is seen whole. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LL_SLOTS);
	__type(key, u32);
	__type(value, u64);
} container_state SEC(".maps");

/* profile -> its word (see LL_PROFILE_TRIPPED). A swap is one write of this word.
 * Profile 0 is none: its word keeps the last generation that was given, for the agent
 * after this one. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LL_PROFILES);
	__type(key, u32);
	__type(value, u64);
} profiles SEC(".maps");

/* profile -> refusals and kills in this minute and the one before (breaker.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LL_PROFILES);
	__type(key, u32);
	__type(value, u64);
} breakers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LL_SLOTS);
	__type(key, u32);
	__type(value, struct ll_statistics);
} statistics SEC(".maps");

/* PolicyPrograms, one map of maps per size class. Sizes and no types: a map of maps of 6.1 would
 * take none in that was made without types, as user space makes them. */
#define CELLS(n)                                                                                   \
	struct cells_##n {                                                                         \
		u64 cell[LL_POLICY_CELLS_##n];                                                     \
	};                                                                                         \
	struct cells_map_##n {                                                                     \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, 1);                                                            \
		__uint(key_size, sizeof(u32));                                                     \
		__uint(value_size, sizeof(struct cells_##n));                                      \
	};
CELLS(0)
CELLS(1)
CELLS(2)
CELLS(3)
#define POLICIES(n, count)                                                                         \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                          \
		__uint(max_entries, count);                                                        \
		__type(key, u32);                                                                  \
		__array(values, struct cells_map_##n);                                             \
	} policies_##n SEC(".maps");
POLICIES(0, 4096)
POLICIES(1, 1024)
POLICIES(2, 64)
POLICIES(3, 4)

/* Full: the touch is decided but not recorded, and counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ll_file_flow_key);
	__type(value, struct ll_file_flow);
} file_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ll_socket_flow_key);
	__type(value, struct ll_socket_flow);
} socket_flows SEC(".maps");

/* While the iterator seeds a container that was created and not started yet, its slot: an
 * entry point may be in the middle of its exec. With LL_SEEDING_RUNNING where it runs: whatever is
 * in it is its own. LL_SEEDING_HELD while it tells an agent that took over who is held. 0 outside
 * of such runs. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} seeding SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_hold_settings);
} hold_settings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_hold_counts);
} hold_counts SEC(".maps");

/* Cgroups of which the agent has not decided whose they are: LL_PENDING_*. It takes them out, so
 * does rmdir. Full: a container in a new cgroup starts as it will, which is counted. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u32);
} pending_cgroups SEC(".maps");

/* Process id -> whom we stopped, until the agent lets it go; others' stopped processes
 * are not ours to continue. Full: the start is not held, which is counted. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct ll_held_start);
} held_starts SEC(".maps");

/* Versions of programs and libraries that user space has looked at: LL_CONTENT_*. Full: the
 * longest unused is looked at again, or counts as changed while no agent runs. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct ll_content_key);
	__type(value, u32);
} contents SEC(".maps");

/* Thread id -> what nobody has looked at. Full: it counts as changed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, struct ll_held_content);
} held_contents SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_content_settings);
} content_settings SEC(".maps");

/* User space's own notes, pinned with the rest. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_agent);
} agent SEC(".maps");

/* Room to build records in. A path is written backwards so that it ends at
 * AREA_A_END (or AREA_B_END), the record's struct goes in front of it, more data
 * behind it. */
#define AREA_A_END 8192u
#define AREA_B_END 24576u
#define SCRATCH_SIZE 28672u
#define OFFSET_MASK 0x7fffu
#ifndef AREAS /* tests of upgrades build with others */
#define AREAS 8u
#endif
#define AREA_MASK (AREAS - 1)
#define PLACE_SHIFT 28
#define PLACE(index, offset) ((u32)(index) << PLACE_SHIFT | (offset))
/* One touch of a file: what the hook knows before it asks the table. */
struct touch {
	struct ll_file_flow_key key;
	struct vfsmount *mount;
	struct inode *inode;
	u64 inode_number;
	u32 want;      /* access bits to be judged, and USE() bits */
	u32 operation; /* LL_OPERATION_* */
	u32 open_flags;
	s32 fd;
	u64 bytes; /* read or written */
	u32 inode_mode;
	u16 resolve; /* 1: an open, whose path counts as it is now */
	u16 is_late; /* 1: it has taken effect */
};

struct scratch {
	u8 bytes[SCRATCH_SIZE];
	/* A path walk under way. Here and not on the stack: the verifier forgets
	 * what it knows of map memory, so that one step stands for all. */
	struct dentry *dentry;
	struct mount *mount;
	u32 offset; /* where the path begins; it grows down */
	u32 lowest;
	u32 failure; /* LL_LOSS_* + 1; 0: none */
	u32 outside; /* the path's root is not the container's */
	u32 reserved;
	u32 busy;
	/* What on_system_call() knows of a call and a file; its stack has no room for it. */
	u64 arguments[8];
	struct touch touch;
	struct ll_file_operation told; /* a call on names, before its record is built */
	struct ll_held_content held;
};

/* Index 0: tracepoints, which cannot be preempted. 1: socket hooks and
 * iterators, which can be, and so take `busy` first. The others: LSM hooks,
 * likewise; take_area() finds a free one. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, AREAS);
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch(u32 index)
{
	return bpf_map_lookup_elem(&scratches, &index);
}

/* A free area for a hook that can be preempted; 0: all are taken. Whoever runs on
 * this CPU meanwhile takes another. */
static __always_inline u32 take_area(void)
{
	for (u32 index = 2; index < AREAS; index++) {
		struct scratch *area = scratch(index);
		if (area && !__sync_lock_test_and_set(&area->busy, 1))
			return index;
	}
	return 0;
}

static __always_inline void give_area(u32 index)
{
	struct scratch *area = scratch(index & AREA_MASK);
	if (area)
		area->busy = 0;
}

static __always_inline struct ll_statistics *statistics_of(u32 slot)
{
	return bpf_map_lookup_elem(&statistics, &slot);
}

/* Masks in a way that the compiler cannot fold away or move: the verifier wants to
 * see the bound right before the access. */
#define BOUNDED(value, mask)                                                                       \
	({                                                                                         \
		u64 __bounded = (value);                                                           \
		asm volatile("%0 &= %1" : "+r"(__bounded) : "i"(mask));                            \
		__bounded;                                                                         \
	})

static __always_inline void count_lost(u32 slot, u32 cause, u32 kind)
{
	struct ll_statistics *s = statistics_of(slot);
	if (s)
		__sync_fetch_and_add(&s->lost[BOUNDED(cause, 3)][BOUNDED(kind, 15)], 1);
}

static __always_inline void count_delivered(u32 slot, u32 kind)
{
	struct ll_statistics *s = statistics_of(slot);
	if (s)
		__sync_fetch_and_add(&s->delivered[BOUNDED(kind, 15)], 1);
}

/* Waking the reader costs an interrupt, many times what the record itself does. It
 * looks by itself ten times a second; it is woken for what somebody waits for, and
 * whenever another WAKE_BYTES have gathered. */
#ifndef WAKE_BYTES
#define WAKE_BYTES (1u << 20)
#endif

static __always_inline int is_urgent(u32 kind)
{
	return kind == LL_KIND_VERDICT || kind == LL_KIND_CGROUP;
}

static __always_inline u64 wake_flags(u64 waiting, u64 size)
{
	return (waiting ^ (waiting + size)) & ~(u64)(WAKE_BYTES - 1) ? BPF_RB_FORCE_WAKEUP :
								       BPF_RB_NO_WAKEUP;
}

/* No record is longer; old kernels forget what they know of a sum. */
#define RECORD_MASK 0x3fff

static __always_inline int deliver_as(u32 slot, u32 kind, void *record, u64 size, int wakes)
{
	u64 flags = BPF_RB_FORCE_WAKEUP;
	int has_room = 1;
	if (!is_urgent(kind)) {
		u64 waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
		has_room = waiting + size <= RING_SIZE - RING_KEPT;
		flags = wakes ? BPF_RB_FORCE_WAKEUP : wake_flags(waiting, size);
	}
	if (!has_room || bpf_ringbuf_output(&ring, record, BOUNDED(size, RECORD_MASK), flags)) {
		count_lost(slot, LL_LOSS_RING_FULL, kind);
		return -1;
	}
	count_delivered(slot, kind);
	return 0;
}

static __always_inline int deliver(u32 slot, u32 kind, void *record, u64 size)
{
	return deliver_as(slot, kind, record, size, 0);
}

#endif
