/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Which container a task belongs to.
 */
#ifndef LOADLINE_IDENTITY_H
#define LOADLINE_IDENTITY_H

#include "maps.h"

#define PHASE_SETUP 1 /* the runtime's set-up, before the entry point's exec */
#define PHASE_RUNNING 2

#define ORIGIN_INIT LL_ORIGIN_INIT
#define ORIGIN_EXEC LL_ORIGIN_EXEC

/* Which capabilities, or which acts, of one image are known already: bits by number. */
struct uses {
	u64 announced;
	u64 announced_serving; /* the same of what it did while it served */
	u64 allowed;           /* under `uses_generation` of the profile */
	u64 flagged;           /* likewise */
};

/* What a call is about to make, change or remove. */
struct named_object {
	u64 mount, dentry; /* the kernel's; 0: none */
	u64 want;
};

/* Who a thread is. Begun by birth in or by moving into a watched cgroup, and
 * never ended by moving out. */
struct task_identity {
	u32 adopting; /* somebody fills it in, see adoption.h */
	u32 slot;     /* 0 until it is filled in */
	u64 cgroup_id;
	u64 start_boottime_ns; /* of the thread group's leader */
	u64 setup_mount_namespace;
	u64 home_namespace; /* the container's mount namespace, 0: not known yet */
	u32 phase;
	u32 subject;            /* state in the PolicyProgram; 0: unknown to it */
	u32 subject_generation; /* 0: not resolved */
	/* The peer of the datagram that this thread is sending or receiving, as
	 * the socket hooks saw it, for the volume that is counted at return. */
	u8 peer_address[16];
	u16 peer_port;
	u16 setup_ends; /* the exec under way is the entry point's */
	/* How many images it ran; what one image was allowed says nothing of the next. */
	u32 image;
	u32 origin; /* ORIGIN_* */
	u32 uses_generation;
	u32 new_namespaces; /* kinds that it was born with, not judged yet: bits by
			       LL_NAMESPACE_KIND_* */
	u64 serving_from;   /* see phase.h: 0: not yet, SERVING, or the time from which on */
	struct uses capabilities, acts;
	u32 content_bound;  /* the exec under way is of a content that nobody has looked at */
	u32 content_held;   /* of a process: the thread that was held last for such a content */
	u32 refused_create; /* bytes of the path that an open was refused, see creating.h; 0: none
			     */
	u32 exec;           /* EXEC_*: of the exec under way */
	struct ll_endpoint begun_at; /* what was begun, see begun.h */
	u8 begun_padding;
	u32 begun;      /* LL_OPERATION_CONNECT, LL_OPERATION_BIND; 0: nothing */
	u32 has_parted; /* its io_uring's threads have another directory or other descriptors */
	u64 sent_mount, sent_dentry; /* the AF_UNIX path that a datagram went to, likewise */
	u64 found_as; /* the file that it ran when the iterator found it, which has not looked again
			 yet; 0: it has */
	struct named_object names[2]; /* whose change comes next, see namegates.h */
	u64 continued_ns; /* when one of the container was last let send it SIGCONT; 0: never */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_identity);
} identities SEC(".maps");

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
