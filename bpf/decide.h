/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The decision and what follows from it, independent of the hook that asks. A
 * hook passes what it can do about a deviation: refuse the call, or only kill.
 */
#ifndef LOADLINE_DECIDE_H
#define LOADLINE_DECIDE_H

#include "breaker.h"
#include "identity.h"
#include "path.h"
#include "phase.h"
#include "policy.h"

struct judgement {
	u64 word; /* the profile's, 0: nothing is judged */
	u32 profile;
	u32 subject;
	u32 deviating; /* access bits that are not allowed */
	u32 allowed;   /* all that are, asked for or not */
	u32 usable;    /* all that are in any phase */
	u32 uses;      /* asked of what was opened before: allowed where it is in any phase */
	u32 bound;     /* those of `allowed` that digests bind */
	u32 flags;     /* LL_DEVIATION_* */
	/* Small, as it lies on the stack, of which all callers together have 512 bytes. */
	u8 enforce;
	u8 serving; /* the phase, as far as it matters */
	u8 action;  /* of the dimension, 0: nothing is judged */
};

/* Whether and by which profile this container is judged. */
static __always_inline void begin_judgement(struct judgement *j, u32 slot)
{
	u64 state = container_word(slot);
	j->profile = state >> 32;
	j->word = j->profile ? profile_word(j->profile) : 0;
	j->enforce = state & LL_CONTAINER_ENFORCE && !is_tripped(j->word);
	j->flags = 0;
	j->action = 0;
	j->subject = 0;
	j->deviating = 0;
	j->uses = 0;
	j->serving = 0;
	j->bound = 0;
	j->allowed = j->usable = ~0u;
}

/* The executable's path stands at `place`. */
static __always_inline u32 remember_subject(struct task_identity *identity, u64 word, u32 place,
					    u32 length)
{
	u32 subject = policy_walk(word, policy_root(word), LL_DIMENSION_SUBJECT, place, length);
	identity->subject = subject;
	identity->subject_generation = generation_of(word);
	return subject;
}

/* The subject is the executable that runs: its path is walked once per exec and
 * profile generation and remembered with the task. An unreadable executable is
 * unknown to every profile. */
static __always_inline u32 subject_of(struct task_struct *task, struct task_identity *identity,
				      u64 word, u32 scratch_index)
{
	if (identity->subject_generation == generation_of(word))
		return identity->subject;
	u32 subject = 0;
	if (identity->phase == PHASE_SETUP) {
		subject = policy_runtime_subject(word);
	} else {
		struct file *exe = task->mm->exe_file;
		u32 length = exe ? resolve_path(exe->f_path.mnt, exe->f_path.dentry, AREA_B_END,
						scratch_index, identity->home_namespace) :
				   0;
		if (length)
			return remember_subject(identity, word,
						PLACE(scratch_index, AREA_B_END - length), length);
	}
	identity->subject = subject;
	identity->subject_generation = generation_of(word);
	return subject;
}

/* Room behind the object for the subject's path. */
#define SUBJECT_MAX 1024u

/* Says what deviated and what is done. The object stands in the scratch area so
 * that it ends at AREA_A_END. */
static __noinline void report(struct task_struct *task, struct task_identity *identity,
			      struct judgement *j, u32 what, u32 object_length)
{
	u32 dimension = what & 0xff, verdict = (what >> 8) & 0xff,
	    scratch_index = what >> PLACE_SHIFT;
	struct scratch *area = scratch(scratch_index);
	struct ll_statistics *s = statistics_of(identity->slot);
	if (s) {
		u64 *counter = verdict == LL_VERDICT_KILLED ? s->killed :
			       verdict == LL_VERDICT_DENIED ? s->denied :
							      s->flagged;
		__sync_fetch_and_add(&counter[BOUNDED(dimension, 7)], 1);
	}
	if (!area || object_length > LL_PATH_MAX)
		return;
	u32 subject_length = 0;
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	if (exe && identity->phase != PHASE_SETUP) {
		subject_length = resolve_path(BPF_CORE_READ(exe, f_path.mnt),
					      BPF_CORE_READ(exe, f_path.dentry), AREA_B_END,
					      scratch_index, identity->home_namespace);
		if (subject_length > SUBJECT_MAX - 1)
			subject_length = SUBJECT_MAX - 1;
		bpf_probe_read_kernel(area->bytes + AREA_A_END, subject_length & (SUBJECT_MAX - 1),
				      area->bytes + (AREA_B_END - (subject_length & 0xfff)));
	}
	u32 start = BOUNDED(AREA_A_END - object_length - sizeof(struct ll_verdict), AREA_A_END - 1);
	struct ll_verdict *record = (void *)(area->bytes + start);
	u32 size = sizeof(*record) + object_length + subject_length;
	fill_header(&record->header, identity, task, LL_KIND_VERDICT, size);
	record->dimension = dimension;
	record->verdict = verdict;
	record->access = j->deviating;
	record->action = j->action;
	record->profile = j->profile;
	record->policy_generation = generation_of(j->word);
	record->object_length = object_length;
	record->subject_length = subject_length;
	record->flags = j->flags | (j->subject ? LL_DEVIATION_SUBJECT_KNOWN : 0) |
			(j->serving ? LL_DEVIATION_SERVING : 0);
	if (size <= sizeof(*record) + LL_PATH_MAX + SUBJECT_MAX)
		deliver(identity->slot, LL_KIND_VERDICT, record, size);
}

/* What judge_object() is asked: DIMENSION, access bits, the area of the object. */
#define QUESTION(dimension, want, scratch_index)                                                   \
	((dimension) << 24 | (want) | (scratch_index) << PLACE_SHIFT)

/* Killing these ends or hurts a service that may only have a wrong profile. */
static __always_inline int is_spared(struct task_identity *identity, struct judgement *j)
{
	u32 response = policy_response(j->word);
	return (identity->origin & ORIGIN_INIT && !(response & LL_RESPONSE_KILLS_INIT)) ||
	       (identity->origin & ORIGIN_EXEC && !(response & LL_RESPONSE_KILLS_EXECS));
}

/* What the profile's actions ask for, as far as its response allows it. */
static __noinline u32 verdict_on(struct task_identity *identity, struct judgement *j,
				 u32 hook_can_deny)
{
	if (!j->enforce || j->action == LL_ACTION_ALERT)
		return LL_VERDICT_FLAGGED;
	u32 quarantines = j->action == LL_ACTION_QUARANTINE;
	u32 verdict = hook_can_deny && (j->action == LL_ACTION_DENY || quarantines) ?
			      LL_VERDICT_DENIED :
			      LL_VERDICT_KILLED;
	if (verdict == LL_VERDICT_KILLED && is_spared(identity, j)) {
		j->flags |= LL_DEVIATION_SPARED;
		verdict = hook_can_deny ? LL_VERDICT_DENIED : LL_VERDICT_FLAGGED;
		/* Until the agent has frozen the container, which holds longer. */
		if (quarantines && !hook_can_deny)
			j->flags |= LL_DEVIATION_STOPPED;
	}
	if ((verdict != LL_VERDICT_FLAGGED || j->flags & LL_DEVIATION_STOPPED) &&
	    !take_from_budget(j->profile, j->word)) {
		j->flags &= ~LL_DEVIATION_STOPPED;
		j->flags |= LL_DEVIATION_OVER_BUDGET;
		verdict = LL_VERDICT_FLAGGED;
	}
	return verdict;
}

/* What to do about j->deviating. Returns LL_VERDICT_*. */
static __always_inline u32 respond(struct task_struct *task, struct task_identity *identity,
				   struct judgement *j, u32 dimension, u32 scratch_index,
				   u32 object_length, u32 hook_can_deny)
{
	u32 verdict = verdict_on(identity, j, hook_can_deny);
	if (verdict == LL_VERDICT_KILLED)
		bpf_send_signal(SIGKILL);
	else if (j->flags & LL_DEVIATION_STOPPED)
		bpf_send_signal(SIGSTOP);
	report(task, identity, j, dimension | verdict << 8 | scratch_index << PLACE_SHIFT,
	       object_length);
	return verdict;
}

/* Judges `want` on the object that ends at AREA_A_END of an area. */
static __noinline void judge_object(struct task_struct *task, struct task_identity *identity,
				    struct judgement *j, u32 question, u32 length)
{
	u32 dimension = question >> 24 & 0xf, want = question & 0xffffff,
	    scratch_index = question >> PLACE_SHIFT;
	if (!j->word)
		return;
	j->action = policy_action(j->word, dimension);
	if (!j->action)
		return;
	j->subject = subject_of(task, identity, j->word, scratch_index);
	u32 value = 0;
	if (j->subject && length)
		value = policy_walk(j->word, j->subject, dimension,
				    PLACE(scratch_index, AREA_A_END - length), length);
	j->serving = judged_phase(task, identity, j->word);
	u32 allowed = allowed_in(j->serving, value),
	    bits = LL_ACCESS_EXECUTE_BOUND | LL_ACCESS_MAP_BOUND;
	/* A rule that names no content counts before one that does. */
	j->bound = (allowed & bits) >> LL_ACCESS_BOUND_SHIFT & ~allowed;
	j->allowed = (allowed & ~bits) | j->bound;
	j->usable = j->allowed | ((value >> LL_STARTUP_SHIFT) & ~bits);
	j->deviating = (want & ~j->allowed) | (j->uses & ~j->usable);
	struct ll_statistics *s = statistics_of(identity->slot);
	if (s)
		__sync_fetch_and_add(&s->decided[BOUNDED(dimension, 7)], 1);
}

/* Whether the call has to fail. */
static __always_inline int stops(u32 verdict)
{
	return verdict == LL_VERDICT_DENIED || verdict == LL_VERDICT_KILLED;
}

static __noinline u32 may_use_endpoint(struct task_struct *task, struct task_identity *identity,
				       struct judgement *j, u32 dimension,
				       struct ll_endpoint *endpoint)
{
	if (!j->subject)
		return 0;
	j->serving = judged_phase(task, identity, j->word);
	return allowed_in(j->serving,
			  policy_walk_endpoint(j->word, j->subject, dimension, endpoint));
}

#define JUDGED_LATE 2
/* Judges an address from a hook that may be preempted. `how`: 1 where the hook can refuse the
 * call, 0, or JUDGED_LATE. Returns LL_VERDICT_*, 0: allowed. */
static __noinline u32 judge_endpoint(struct task_struct *task, struct task_identity *identity,
				     struct ll_endpoint *endpoint, u32 dimension, u32 how)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	if (how == JUDGED_LATE)
		j.flags = LL_DEVIATION_LATE;
	if (!j.word)
		return 0;
	j.action = policy_action(j.word, dimension);
	if (!j.action)
		return 0;
	struct ll_statistics *s = statistics_of(identity->slot);
	if (s)
		__sync_fetch_and_add(&s->decided[BOUNDED(dimension, 7)], 1);
	if (identity->subject_generation == generation_of(j.word)) {
		j.subject = identity->subject;
		j.deviating =
			dimension == LL_DIMENSION_EGRESS ? LL_ACCESS_CONNECT : LL_ACCESS_LISTEN;
		if (may_use_endpoint(task, identity, &j, dimension, endpoint))
			return 0;
	}
	struct scratch *area = scratch(1);
	if (!area)
		return j.enforce ? LL_VERDICT_DENIED : 0;
	/* Another task's hook was preempted on this CPU while it used the area: what
	 * cannot be judged is refused, and the caller may try again. */
	if (__sync_lock_test_and_set(&area->busy, 1)) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
		return j.enforce ? LL_VERDICT_DENIED : 0;
	}
	u32 verdict = 0;
	if (identity->subject_generation != generation_of(j.word)) {
		j.subject = subject_of(task, identity, j.word, 1);
		j.deviating =
			dimension == LL_DIMENSION_EGRESS ? LL_ACCESS_CONNECT : LL_ACCESS_LISTEN;
		if (may_use_endpoint(task, identity, &j, dimension, endpoint))
			j.deviating = 0;
	}
	if (j.deviating) {
		__builtin_memcpy(area->bytes + AREA_A_END - sizeof(*endpoint), endpoint,
				 sizeof(*endpoint));
		verdict = respond(task, identity, &j, dimension, 1, sizeof(*endpoint), how == 1);
	}
	area->busy = 0;
	return verdict;
}

/* Whether the subject may listen where `local` says. Asked of a datagram that leaves
 * from there: it is a reply to whoever asked, so it is judged as that listening and
 * not as egress. */
static __always_inline int may_listen(struct task_identity *identity, struct ll_endpoint *local)
{
	struct judgement j;
	begin_judgement(&j, identity->slot);
	if (!j.word || identity->subject_generation != generation_of(j.word) || !identity->subject)
		return 0;
	j.subject = identity->subject;
	return may_use_endpoint(current_task(), identity, &j, LL_DIMENSION_LISTEN, local) != 0;
}

/* An address of zeros names no host: the kernel goes to this one by loopback, and so do the records
 * of what it did. */
static __always_inline void name_host(struct ll_endpoint *endpoint)
{
	u32 words[4];
	__builtin_memcpy(words, endpoint->address, 16);
	if (words[0] | words[1] | words[3])
		return;
	if (words[2] == bpf_htonl(0xffff))
		endpoint->address[12] = 127;
	else if (words[2])
		return;
	endpoint->address[15] = 1;
}

static __always_inline void remember_peer(struct task_identity *identity,
					  struct ll_endpoint *endpoint)
{
	name_host(endpoint);
	identity->peer_port = endpoint->port[0] << 8 | endpoint->port[1];
	__builtin_memcpy(identity->peer_address, endpoint->address, 16);
}

#endif
