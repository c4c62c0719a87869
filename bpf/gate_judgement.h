/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * How a gate judges: in an area of its own, as it can be preempted; what it remembers of what was
 * allowed; and what it tells of, where no other hook does.
 */
#ifndef LOADLINE_GATE_JUDGEMENT_H
#define LOADLINE_GATE_JUDGEMENT_H

#include "adoption.h"
#include "contents.h"
#include "creating.h"
#include "files.h"
#include "syscalls_x86_64.h"
#include "uses.h"

/* What the system call under way is to the sensor. */
static __always_inline u32 current_class(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	u32 number = call_number(BPF_CORE_READ(regs, orig_ax));
	return task->thread_info.status & TS_COMPAT ? compat_syscall_class[number] :
						      syscall_class[number];
}

/* What has a file's path and may make it. */
static __always_inline int is_open(u32 class)
{
	return class == CALL_OPEN || class == CALL_OPENAT || class == CALL_OPENAT2 ||
	       class == CALL_CREAT;
}

/* An act that is only flagged is told of when it returns, where returns are seen. */
static __always_inline u32 only_refusing(void)
{
	return returns_are_seen() ? USE_ONLY_REFUSE : 0;
}

/* What the gates allowed to be done with a file, where no flow says it. */
struct decided_use {
	u64 start_boottime_ns; /* of the process */
	u64 inode, mount;
	u32 policy_generation;
	u32 allowed; /* as in a touch's `want` */
};

/* Full: the least recently used are decided anew. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct ll_file_flow_key);
	__type(value, struct decided_use);
} decided_uses SEC(".maps");

/* An open is decided anew where nobody counts renames. */
static __always_inline int is_decided_before(struct touch *touch, struct task_struct *task,
					     struct task_identity *identity)
{
	u32 profile = container_word(identity->slot) >> 32;
	if (!profile)
		return 1;
	if (returns_are_seen()) {
		struct ll_file_flow *flow = bpf_map_lookup_elem(&file_flows, &touch->key);
		return flow && is_decided(flow, touch, task, identity, profile);
	}
	struct decided_use *use =
		touch->resolve ? 0 : bpf_map_lookup_elem(&decided_uses, &touch->key);
	u64 word = profile_word(profile);
	return use && use->start_boottime_ns == identity->start_boottime_ns &&
	       use->inode == touch->inode_number && use->mount == (u64)touch->mount &&
	       use->policy_generation ==
		       decided_by(generation_of(word), judged_phase(task, identity, word)) &&
	       !(touch->want & ~use->allowed);
}

/* Not inlined: what it needs is no burden for the stack of who judges. */
static __noinline int remember_use(struct task_identity *identity, struct scratch *area,
				   struct judgement *j, u32 want)
{
	struct touch *touch = &area->touch;
	/* Old kernels take a map's key from the own stack only. */
	struct ll_file_flow_key key = touch->key;
	struct decided_use use = {
		.start_boottime_ns = identity->start_boottime_ns,
		.inode = touch->inode_number,
		.mount = (u64)touch->mount,
		.policy_generation = decided_by(generation_of(j->word), j->serving),
		.allowed = allowed_from_now_on(area, j, want),
	};
	return bpf_map_update_elem(&decided_uses, &key, &use, BPF_ANY);
}

/* In a question about a file: the area's touch is whole, and what is allowed is remembered. */
#define IS_WHOLE (1u << 22)
/* The gate tells of what is only flagged, too, as no other hook does. */
#define TELLS (1u << 21)
#define HOW (MAY_BE_THERE | IS_WHOLE | TELLS)

/* What judge_in_area() answers. Whether what is mapped has the content that its rule names is a
 * question of its own: both together need more stack than there is. */
#define CONTENT_IS_ASKED 2

__noinline int judge_mapped_content(struct task_identity *identity, u32 index)
{
	struct task_struct *task = current_task();
	struct scratch *area = scratch(index & AREA_MASK);
	struct judgement j;
	if (!identity || !area)
		return 0;
	u32 length = area->told.path_length;
	begin_judgement(&j, identity->slot);
	if (!j.word || !length || length > LL_PATH_MAX)
		return 0;
	j.action = policy_action(j.word, LL_DIMENSION_FILE);
	j.subject = identity->subject;
	j.serving = judged_phase(task, identity, j.word);
	judge_map_content(task, identity, &j, index, length);
	return j.deviating &&
	       stops(respond(task, identity, &j, LL_DIMENSION_FILE, index, length, 1));
}

/* The object stands in the touch of the area that the question names. Global, so that the
 * verifier reads it once and not for every gate. */
__noinline int judge_in_area(struct task_identity *identity, u32 question)
{
	struct task_struct *task = current_task();
	u32 dimension = question >> 24 & 0xf, index = question >> PLACE_SHIFT;
	struct scratch *area = scratch(index & AREA_MASK);
	struct judgement j;
	if (!identity || !area)
		return 0;
	begin_judgement(&j, identity->slot);
	struct dentry *dentry = (struct dentry *)area->touch.key.dentry;
	u32 length = resolve_path(area->touch.mount, dentry, AREA_A_END, index,
				  identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(index),
			   dimension == LL_DIMENSION_EXEC ? LL_KIND_EXEC : LL_KIND_FILE_OPEN);
	u32 want = question & ~HOW & ACCESS_AND_USES, asked = want & USE_MASK;
	/* As in first_touch(). */
	if (!area->outside)
		j.uses = want >> USE_SHIFT;
	judge_object(task, identity, &j, QUESTION(dimension, asked, index), length);
	if (dimension == LL_DIMENSION_EXEC)
		judge_exec_content(identity, &j, index, BPF_CORE_READ(dentry, d_inode), length);
	if (!j.deviating) {
		if (!(question & IS_WHOLE) || returns_are_seen())
			return 0;
		remember_use(identity, area, &j, want);
		area->told.path_length = length;
		return asked & j.bound & LL_ACCESS_MAP ? CONTENT_IS_ASKED : 0;
	}
	if (question & HAS_NO_RIGHT && asked & LL_ACCESS_METADATA)
		return j.enforce && policy_action(j.word, dimension) != LL_ACTION_ALERT;
	if (question & MAY_BE_THERE)
		return remember_refusal(identity, area, length);
	return stops(respond(task, identity, &j, dimension, index, length, 1));
}

/* Whether a gate has anything to say: what it lets through, where no other hook tells of it, as
 * when a breaker has opened and no agent is there. */
static __noinline int is_gate_asked(struct task_identity *identity, u32 question)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	u32 action = j.word ? policy_action(j.word, question >> 24 & 0xf) : 0;
	int is_exec = (question >> 24 & 0xf) == LL_DIMENSION_EXEC;
	return action && ((j.enforce && action != LL_ACTION_ALERT) || question & TELLS ||
			  (!is_exec && !returns_are_seen()));
}

/* As many tasks as there are areas were preempted on this CPU within a gate: what cannot be judged
 * is refused, and the caller may try again. */
static __always_inline int is_refused_unjudged(struct task_identity *identity)
{
	count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
	return 1;
}

/* Returns whether it is refused. The hook can be preempted, so it works in an area of its own. */
static __noinline int judge_at_gate(struct task_struct *task, struct task_identity *identity,
				    struct vfsmount *mount, struct dentry *dentry, u32 question)
{
	if (!is_gate_asked(identity, question))
		return 0;
	u32 index = take_area();
	struct scratch *area = scratch(index & AREA_MASK);
	if (!index || !area)
		return is_refused_unjudged(identity);
	area->touch.mount = mount;
	area->touch.key.dentry = (u64)dentry;
	int is_refused = judge_in_area(identity, question | index << PLACE_SHIFT);
	give_area(index);
	return is_refused;
}

/* The same of an open file, for all that the touch wants. */
static __noinline int judge_touch_at_gate(struct task_identity *identity, struct touch *touch)
{
	u32 question = QUESTION(LL_DIMENSION_FILE, touch->want | IS_WHOLE, 0);
	if (!is_gate_asked(identity, question))
		return 0;
	u32 index = take_area();
	struct scratch *area = scratch(index & AREA_MASK);
	if (!index || !area)
		return is_refused_unjudged(identity);
	area->touch = *touch;
	int is_refused = judge_in_area(identity, question | index << PLACE_SHIFT);
	if (is_refused == CONTENT_IS_ASKED)
		is_refused = judge_mapped_content(identity, index);
	give_area(index);
	return is_refused;
}

#endif
