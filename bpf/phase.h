/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The phase of a service: `startup` until it listens, `serving` from then on. Children are
 * born into their parent's, an exec changes nothing, and nothing that serves gets back into
 * the other by itself: only a new process of one that never served starts up again, as a
 * supervisor's does. Who was told from outside to reload may do for a while what it did then.
 */
#ifndef LOADLINE_PHASE_H
#define LOADLINE_PHASE_H

#include "adoption.h"

/* In task_identity.serving_from: since ever. */
#define SERVING 1ull
/* How long a reload may take. */
#define RELOAD_NS 30000000000ull
#define RELOAD_TOLD_NS 1000000000ull

#define SIGHUP 1
#define SIGUSR1 10
#define SIGUSR2 12

static __always_inline u32 has_come(u64 serving_from)
{
	return serving_from == SERVING || (serving_from && bpf_ktime_get_boot_ns() >= serving_from);
}

static __always_inline u32 is_serving(struct task_struct *task, struct task_identity *identity)
{
	return has_come(serving_from(task, identity));
}

/* Whether the process has ever served: what it touches from then on is a flow of its own, so that
 * a record says in which phase a file was opened. Not asked again of a thread that has. */
static __always_inline u32 has_served(struct task_struct *task, struct task_identity *identity)
{
	if (!identity->serving_from)
		identity->serving_from = serving_from(task, identity);
	return identity->serving_from != 0;
}

/* As far as it matters: 0 where no rule of the profile is for one phase only. */
static __always_inline u32 judged_phase(struct task_struct *task, struct task_identity *identity,
					u64 word)
{
	return word & LL_PROFILE_HAS_PHASES ? is_serving(task, identity) : 0;
}

/* What an accept value allows. */
static __always_inline u32 allowed_in(u32 is_serving, u32 value)
{
	return is_serving ? value & LL_ACCESS_MASK : value >> LL_STARTUP_SHIFT;
}

/* Marks what was decided by a generation in one phase as not decided in the other. */
static __always_inline u32 decided_by(u32 generation, u32 is_serving)
{
	return generation ^ is_serving << 31;
}

static __always_inline void begin_serving(struct task_struct *task, struct task_identity *identity)
{
	struct task_identity *process = identity_of_leader(task);
	identity->serving_from = SERVING;
	if (process)
		process->serving_from = SERVING;
}

/* A thread that executes becomes its process. */
static __always_inline void keep_phase(struct task_struct *task, struct task_identity *identity)
{
	identity->serving_from = serving_from(task, identity);
}

/* A record says it, so that who reads it judges as it is done here. */
static __noinline int announce_reload(struct task_identity *told, struct task_struct *leader,
				      u64 until)
{
	struct ll_act record = {};
	fill_header(&record.header, told, leader, LL_KIND_ACT, sizeof(record));
	u64 now = record.header.boottime_ns;
	record.dimension = LL_DIMENSION_NONE;
	record.number = until > now ? (until - now) / 1000000 : 0;
	return deliver(told->slot, LL_KIND_ACT, &record, sizeof(record));
}

/* A signal by which services are told to reload. From a process that serves it says nothing:
 * who has taken over a worker could send it. Who reloads hands on what is left of its time and no
 * more, or a reload would never end. */
static __always_inline void on_reload_signal(struct task_struct *sender, struct task_struct *target,
					     s32 signal)
{
	if (signal != SIGHUP && signal != SIGUSR1 && signal != SIGUSR2)
		return;
	struct task_struct *leader = target->group_leader;
	struct task_identity *told = leader ? identity_of(leader) : 0;
	if (!told || !told->serving_from)
		return;
	u64 until = 0;
	if (is_watched(sender->pid)) {
		struct task_identity *by = identity_of(sender);
		if (!by || is_serving(sender, by))
			return;
		until = serving_from(sender, by);
	}
	if (!until)
		until = bpf_ktime_get_boot_ns() + RELOAD_NS;
	u64 before = told->serving_from;
	told->serving_from = until;
	/* One more within a second says nothing new: a loop of signals makes no flood of records.
	 */
	if (is_slot_watched(told->slot) && (until < before || until - before >= RELOAD_TOLD_NS))
		announce_reload(told, leader, until);
}

#endif
