/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Capabilities and rare acts: what has no path and no address, but a number. One image
 * uses few of them and those often, so what was announced and what was allowed stand as
 * bits with the task, and a use that is known costs the test of a bit.
 */
#ifndef LOADLINE_USES_H
#define LOADLINE_USES_H

#include "adoption.h"
#include "decide.h"

/* What a hook wants of judge_use(). */
#define USE_RECORD 1u      /* a record, where the image did it for the first time in its phase */
#define USE_JUDGE 2u       /* else it had no effect */
#define USE_DENIABLE 4u    /* the hook can refuse the call */
#define USE_ONLY_REFUSE 8u /* another hook flags and records what this one lets through */
#define USE_LATE 16u       /* it has taken effect */

static __noinline int announce_use(struct task_identity *identity, u32 dimension, u32 number,
				   s32 result)
{
	struct ll_act record = {};
	fill_header(&record.header, identity, current_task(), LL_KIND_ACT, sizeof(record));
	record.dimension = dimension;
	record.number = number;
	record.result = result;
	return deliver(identity->slot, LL_KIND_ACT, &record, sizeof(record));
}

/* Judges by the profile; returns LL_VERDICT_*, 0: allowed. The hook may be preempted. Global,
 * so that the verifier reads it apart from what led here. */
__noinline int judge_number(struct task_identity *identity, u32 dimension, u32 number, u32 how)
{
	struct task_struct *task = current_task();
	struct judgement j;
	if (!identity)
		return 0;
	begin_judgement(&j, identity->slot);
	if (!j.word)
		return 0;
	if (how & USE_LATE)
		j.flags |= LL_DEVIATION_LATE;
	u32 index = take_area();
	struct scratch *area = scratch(index & AREA_MASK);
	/* As at the gates: what cannot be judged is refused, and where a refusal is too late
	 * it is lost, and counted. */
	if (!index || !area) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
		return how & USE_DENIABLE && j.enforce ? LL_VERDICT_DENIED : LL_VERDICT_FLAGGED;
	}
	u32 verdict = 0;
	area->bytes[AREA_A_END - 1] = number;
	judge_object(task, identity, &j, QUESTION(dimension, LL_ACCESS_USE, index), 1);
	if (j.deviating)
		verdict = respond(task, identity, &j, dimension, index, 1, how & USE_DENIABLE);
	give_area(index);
	return verdict;
}

/* Which uses are known, in the phase that the task is judged by: what only a start did is denied
 * afterwards, so a use while serving is another one. A reload's is the start's. */
static __always_inline u64 *announced_now(struct task_struct *task, struct task_identity *identity,
					  struct uses *known)
{
	return is_serving(task, identity) ? &known->announced_serving : &known->announced;
}

/* One use of a capability or one act: judged, and recorded once for each image and phase.
 * Global, so that the verifier reads it once and not for every caller. Returns LL_VERDICT_*. */
__noinline int judge_use(struct task_identity *identity, u32 dimension, u32 number, u32 how,
			 s32 result)
{
	struct task_struct *task = current_task();
	u64 bit = 1ull << (number & 63);
	if (!identity)
		return 0;
	struct judgement j;
	begin_judgement(&j, identity->slot);
	u32 generation =
		j.word ? decided_by(generation_of(j.word), judged_phase(task, identity, j.word)) :
			 0;
	if (identity->uses_generation != generation) {
		identity->uses_generation = generation;
		identity->acts.allowed = identity->acts.flagged = 0;
		identity->capabilities.allowed = identity->capabilities.flagged = 0;
	}
	struct uses *known =
		dimension == LL_DIMENSION_ACT ? &identity->acts : &identity->capabilities;
	u32 verdict = 0;
	if (how & USE_JUDGE && j.word && !(known->allowed & bit)) {
		u32 action = policy_action(j.word, dimension);
		u32 is_told = !j.enforce || action == LL_ACTION_ALERT;
		u32 is_only_told = is_told || (!(how & USE_DENIABLE) && is_spared(identity, &j));
		if (!action || (is_only_told && known->flagged & bit)) {
			/* Nothing is judged, or it was told of this image already. */
		} else if (how & USE_ONLY_REFUSE && is_told) {
			return 0;
		} else {
			verdict = judge_number(identity, dimension, number, how);
			if (!verdict)
				known->allowed |= bit;
			else if (verdict == LL_VERDICT_FLAGGED)
				known->flagged |= bit;
			else
				return verdict;
		}
	}
	u64 *announced = announced_now(task, identity, known);
	if (how & USE_RECORD && !(*announced & bit)) {
		if (!is_slot_watched(identity->slot)) {
			clear_watched(task->pid);
			return 0;
		}
		if (!announce_use(identity, dimension, number, result))
			*announced |= bit;
	}
	return verdict;
}

#endif
