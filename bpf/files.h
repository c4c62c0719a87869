/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What processes do with files: decided and announced at the first touch of a
 * (process, file, open mode), counted in the flow table from then on.
 */
#ifndef LOADLINE_FILES_H
#define LOADLINE_FILES_H

#include "contents.h"
#include "returns.h"

static __always_inline struct file *file_of(struct task_struct *task, u32 fd)
{
	struct files_struct *files = task->files;
	if (!files)
		return 0;
	struct fdtable *table = files->fdt;
	if (fd >= table->max_fds)
		return 0;
	/* Any struct that begins with a pointer will do to read one. */
	struct path *slot = AS(path, table->fd + fd);
	return AS(file, GET(slot, mnt));
}

/* Reading and writing through a descriptor, beside what opening asks for: the same
 * bits, shifted. Opening asks for both. */
#define USE_SHIFT 12
#define USE_MASK ((1u << USE_SHIFT) - 1)
#define USE(access) ((access) << USE_SHIFT)
#define ACCESS_AND_USES (USE_MASK | USE(USE_MASK))

/* For tracepoints, which nothing but an interrupt disturbs, and that touches no file. */
static __always_inline struct touch *touch_area(void)
{
	struct scratch *area = scratch(0);
	return area ? &area->touch : 0;
}

static __always_inline void count_touch(struct ll_file_flow *flow, struct touch *touch)
{
	if (touch->operation & LL_OPERATION_READ_RECEIVE) {
		__sync_fetch_and_add(&flow->reads, 1);
		__sync_fetch_and_add(&flow->read_bytes, touch->bytes);
	} else if (touch->operation & LL_OPERATION_WRITE_SEND) {
		__sync_fetch_and_add(&flow->writes, 1);
		__sync_fetch_and_add(&flow->write_bytes, touch->bytes);
	} else if (touch->operation & LL_OPERATION_OPEN) {
		__sync_fetch_and_add(&flow->opens, 1);
	}
	if ((flow->operations & touch->operation) != touch->operation)
		flow->operations |= touch->operation;
	/* A clock costs more than the rest of this; a tick of the kernel is near enough. */
	u32 tick = bpf_jiffies64();
	if (flow->last_tick != tick) {
		flow->last_tick = tick;
		flow->last_boottime_ns = bpf_ktime_get_boot_ns();
	}
}

/* Whether the table's entry answers for this touch, by the profile of that number. */
static __always_inline int is_decided(struct ll_file_flow *flow, struct touch *touch,
				      struct task_struct *task, struct task_identity *identity,
				      u32 profile)
{
	u64 word = profile ? profile_word(profile) : 0;
	u32 generation = decided_by(generation_of(word), judged_phase(task, identity, word));
	return flow->start_boottime_ns == identity->start_boottime_ns &&
	       flow->inode == touch->inode_number && flow->mount == (u64)touch->mount &&
	       flow->announced && (touch->want & ~flow->allowed) == 0 &&
	       flow->policy_generation == generation &&
	       (!touch->resolve || flow->epoch == epoch_now());
}

static __always_inline void announce_file(struct task_struct *task, struct task_identity *identity,
					  struct touch *touch, struct ll_file_flow *flow,
					  u32 length)
{
	struct scratch *area = scratch(0);
	if (!area || length > LL_PATH_MAX)
		return;
	u32 start = BOUNDED(AREA_A_END - length - sizeof(struct ll_file_open), AREA_A_END - 1);
	struct ll_file_open *record = (void *)(area->bytes + start);
	struct inode *inode = touch->inode;
	u32 size = sizeof(*record) + length;
	fill_header(&record->header, identity, task, LL_KIND_FILE_OPEN, size);
	record->key = touch->key;
	record->inode = touch->inode_number;
	record->device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->inode_mode = touch->inode_mode;
	record->open_flags = touch->open_flags;
	record->fd = touch->fd;
	record->path_length = length;
	record->reserved0 = 0;
	record->operations = touch->operation;
	if (size <= sizeof(*record) + LL_PATH_MAX)
		flow->announced = !deliver(identity->slot, LL_KIND_FILE_OPEN, record, size);
}

/* An entry that another file or process has left behind: its counters go out
 * before it is taken. */
static __always_inline void end_file_flow(struct task_struct *task, struct task_identity *identity,
					  struct touch *touch, struct ll_file_flow *flow)
{
	struct scratch *area = scratch(0);
	if (!area)
		return;
	struct ll_file_end *record = (void *)area->bytes;
	fill_header(&record->header, identity, task, LL_KIND_FILE_END, sizeof(*record));
	record->header.start_boottime_ns = flow->start_boottime_ns;
	record->key = touch->key;
	record->flow = *flow;
	deliver(flow->slot, LL_KIND_FILE_END, record, sizeof(*record));
}

/* What needs not be asked again. What the walk has found beside what was asked for spares the next
 * question: a library is opened, then mapped. Creation is announced each time, and what a digest
 * binds is asked anew: the file may be another by then. */
static __always_inline u32 allowed_from_now_on(struct scratch *area, struct judgement *j,
					       u32 granted)
{
	return (j->allowed & USE_MASK & ~(LL_ACCESS_CREATE | j->bound)) |
	       (area->outside ? USE(USE_MASK) : USE(j->usable & USE_MASK)) | (granted & ~j->bound);
}

/* Files of the kernel's own hold nothing that an open could empty. */
#define PROC_SUPER_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572
#define CGROUP_SUPER_MAGIC 0x27e0eb
#define CGROUP2_SUPER_MAGIC 0x63677270

static __always_inline int can_be_emptied(struct touch *touch)
{
	struct inode *inode = touch->inode;
	u64 magic = BPF_CORE_READ(inode, i_sb, s_magic);
	return (touch->inode_mode & S_IFMT) == S_IFREG && magic != PROC_SUPER_MAGIC &&
	       magic != SYSFS_MAGIC && magic != CGROUP_SUPER_MAGIC && magic != CGROUP2_SUPER_MAGIC;
}

/* Whether what is refused of it has happened: bytes that were written, a file made or emptied. What
 * was read has not reached its process before the call returns. */
static __always_inline int has_happened(struct touch *touch, u32 refused)
{
	return touch->is_late || touch->operation & LL_OPERATION_WRITE_SEND ||
	       refused & LL_ACCESS_CREATE ||
	       (touch->operation & LL_OPERATION_OPEN && touch->open_flags & O_TRUNC &&
		refused & LL_ACCESS_WRITE && can_be_emptied(touch));
}

/* Global, so that the verifier reads it once and not for every caller. */
__noinline int first_touch(struct task_identity *identity, struct touch *touch)
{
	struct task_struct *task = current_task();
	struct judgement j;
	if (!identity || !touch)
		return 0;
	begin_judgement(&j, identity->slot);
	struct scratch *area = scratch(0);
	/* Old kernels take a map's key from the own stack only. */
	struct ll_file_flow_key key = touch->key;
	struct ll_file_flow *flow = bpf_map_lookup_elem(&file_flows, &key);
	if (!flow && area) {
		/* Not on the stack, of which this program and its callers have 512 bytes. */
		struct ll_file_flow *fresh = (void *)area->bytes;
		__builtin_memset(fresh, 0, sizeof(*fresh));
		fresh->start_boottime_ns = identity->start_boottime_ns;
		fresh->first_boottime_ns = bpf_ktime_get_boot_ns();
		fresh->inode = touch->inode_number;
		fresh->mount = (u64)touch->mount;
		fresh->slot = identity->slot;
		/* Another thread may have been quicker; either way it is looked up. */
		bpf_map_update_elem(&file_flows, &key, fresh, BPF_NOEXIST);
		flow = bpf_map_lookup_elem(&file_flows, &key);
	}
	u64 epoch = epoch_now();
	u32 length = resolve_path(touch->mount, (struct dentry *)touch->key.dentry, AREA_A_END, 0,
				  identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(0), LL_KIND_FILE_OPEN);
	u64 hash = hash_path(0, length);
	/* A descriptor from outside was given by whoever could open it: its use is
	 * recorded and not judged. Opening, and mapping it executable, are. */
	u32 want = touch->want & USE_MASK;
	if (!area || !area->outside)
		j.uses = touch->want >> USE_SHIFT;
	judge_object(task, identity, &j, QUESTION(LL_DIMENSION_FILE, want, 0), length);
	if (has_happened(touch, j.deviating))
		j.flags |= LL_DEVIATION_LATE;
	if (touch->want & j.bound & LL_ACCESS_MAP && !(j.deviating & LL_ACCESS_MAP))
		judge_map_content(task, identity, &j, 0, length);
	u32 refused = j.deviating | j.deviating << USE_SHIFT;
	if (!flow) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_FILE_OPEN);
	} else {
		if (flow->start_boottime_ns != identity->start_boottime_ns ||
		    flow->inode != touch->inode_number || flow->mount != (u64)touch->mount) {
			end_file_flow(task, identity, touch, flow);
			/* end_file_flow used the scratch area; the path is still at its end. */
			flow->reads = flow->read_bytes = flow->writes = flow->write_bytes = 0;
			flow->opens = flow->deviations = flow->operations = 0;
			flow->allowed = flow->deviating = flow->seen = 0;
			flow->start_boottime_ns = identity->start_boottime_ns;
			flow->first_boottime_ns = bpf_ktime_get_boot_ns();
			flow->inode = touch->inode_number;
			flow->mount = (u64)touch->mount;
			flow->slot = identity->slot;
			flow->announced = 0;
		}
		u32 decided = decided_by(generation_of(j.word), j.serving);
		if (flow->policy_generation != decided || flow->epoch != epoch) {
			flow->allowed = 0;
			flow->deviating = 0;
			flow->policy_generation = decided;
			flow->epoch = epoch;
		}
		int repeated =
			flow->announced && j.deviating && (j.deviating & ~flow->deviating) == 0;
		/* Judged again, for what it was announced with before: nothing is new. */
		u32 news = touch->want & ~(flow->allowed | flow->deviating | flow->seen);
		int known = flow->announced && hash && hash == flow->path_hash && !news;
		flow->path_hash = hash;
		flow->seen |= touch->want;
		if (area)
			flow->allowed |= allowed_from_now_on(area, &j, touch->want & ~refused);
		flow->deviating |= j.deviating;
		if (j.deviating)
			__sync_fetch_and_add(&flow->deviations, 1);
		count_touch(flow, touch);
		if (length && !repeated && !known)
			announce_file(task, identity, touch, flow, length);
		/* Seen and flagged before, and nothing more is to be done about it. */
		if (repeated && !(j.enforce && j.action != LL_ACTION_ALERT))
			return 0;
	}
	if (j.deviating)
		respond(task, identity, &j, LL_DIMENSION_FILE, 0, length, 0);
	return 0;
}

/* Decides, announces and counts. */
static __always_inline void touch_file(struct task_struct *task, struct task_identity *identity,
				       struct touch *touch)
{
	u64 state = container_word(identity->slot);
	if (!(state & LL_CONTAINER_WATCHED)) {
		clear_watched(task->pid);
		return;
	}
	struct ll_file_flow *flow = bpf_map_lookup_elem(&file_flows, &touch->key);
	if (flow && is_decided(flow, touch, task, identity, state >> 32)) {
		count_touch(flow, touch);
		return;
	}
	first_touch(identity, touch);
}

/* Fills what is known of an open file. Returns 0 where it is no object with a
 * path: an anonymous pipe, an event descriptor, a socket. */
static __always_inline int touch_of_file(struct touch *touch, struct file *file,
					 struct task_struct *task, struct task_identity *identity,
					 s32 fd)
{
	struct dentry *dentry = GET(file, f_path.dentry);
	u32 mode = GET(file, f_mode);
	struct inode *inode = GET(file, f_inode);
	touch->inode = inode;
	touch->inode_mode = GET(inode, i_mode);
	u32 type = touch->inode_mode & S_IFMT;
	touch->key.dentry = (u64)dentry;
	touch->key.tgid = task->tgid;
	touch->key.mode = (mode & (FMODE_READ | FMODE_WRITE)) | identity->image << 8 |
			  (has_served(task, identity) ? LL_FILE_SERVING : 0);
	touch->mount = GET(file, f_path.mnt);
	touch->inode_number = GET(inode, i_ino);
	touch->fd = fd;
	touch->bytes = 0;
	touch->resolve = touch->is_late = 0;
	touch->open_flags = 0;
	return type == S_IFREG || type == S_IFDIR || type == S_IFCHR || type == S_IFBLK ||
	       type == S_IFIFO;
}

/* A call that opened `fd`. Flags that the kernel does not keep with the file come
 * from the call's arguments. Global, so that the verifier reads it apart from other calls. */
__noinline int on_open(struct task_identity *identity, s32 fd, u32 call_flags)
{
	struct task_struct *task = current_task();
	struct file *file = file_of(task, fd);
	struct touch *touch = touch_area();
	if (!identity || !file || !touch || !touch_of_file(touch, file, task, identity, fd))
		return 0;
	u32 mode = GET(file, f_mode);
	touch->open_flags = GET(file, f_flags) | (call_flags & (O_CREAT | O_EXCL | O_TRUNC));
	touch->want = mode & FMODE_PATH ? 0 : mode & (FMODE_READ | FMODE_WRITE);
	/* One that is open for reading can be emptied all the same. */
	if (!(mode & FMODE_PATH) && touch->open_flags & O_TRUNC)
		touch->want |= LL_ACCESS_WRITE;
	touch->want |= USE(touch->want);
	if (mode & FMODE_CREATED) {
		touch->want |= LL_ACCESS_CREATE;
		touch->open_flags |= O_CREAT;
	} else {
		touch->open_flags &= ~O_CREAT;
	}
	touch->operation = LL_OPERATION_OPEN;
	touch->resolve = 1;
	touch_file(task, identity, touch);
	return 0;
}

/* Likewise. */
__noinline int on_mmap(struct task_identity *identity, s32 fd, u32 protection, u32 flags)
{
	if (!identity || fd < 0 || flags & MAP_ANONYMOUS)
		return 0;
	struct task_struct *task = current_task();
	struct file *file = file_of(task, fd);
	struct touch *touch = touch_area();
	if (!file || !touch || !touch_of_file(touch, file, task, identity, fd))
		return 0;
	touch->open_flags = GET(file, f_flags);
	touch->want = USE(touch->key.mode & (FMODE_READ | FMODE_WRITE));
	/* Data that is mapped is read: what is learned of it must not be a right to run it. */
	touch->operation = LL_OPERATION_READ_RECEIVE;
	if (protection & PROT_EXEC) {
		touch->want |= LL_ACCESS_MAP;
		touch->operation = LL_OPERATION_MMAP;
	}
	touch_file(task, identity, touch);
	return 0;
}

#endif
