/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
 *
 * A part of loadline_abi.h: what kernel and agent share to hold containers' starts.
 */
#ifndef LOADLINE_STARTS_ABI_H
#define LOADLINE_STARTS_ABI_H

/* Whether and when starts are held: the one value of `hold_settings`. */
struct ll_hold_settings {
	ll_u64 beat_boottime_ns; /* when the agent last said that it runs */
	ll_u64 patience_ns;      /* with an older beat nothing is held; ~0: it is all the same */
	ll_u32 is_on;
	ll_u32 reserved0;
};

/* The one value of `hold_counts`, only ever counted up. */
struct ll_hold_counts {
	ll_u64 held;
	ll_u64 late; /* starts that were not held: the agent had been silent for too long */
	ll_u64 full; /* starts that were not held: no room to remember them */
};

/* Of a pending cgroup. */
#define LL_PENDING_NEW 1     /* nothing was started in it */
#define LL_PENDING_STARTED 2 /* something was, and was not held */

#define LL_START_STOPPING 0 /* about to be stopped: to be left alone for a moment */
#define LL_START_WAITING 1  /* stopped; nobody knows yet whose it is */
#define LL_START_JUDGED 2
/* A process that was stopped before its first instruction, by its id. */
struct ll_held_start {
	ll_u64 cgroup_id; /* the pending cgroup that it runs in or below */
	ll_u64 start_boottime_ns;
	ll_u64 held_boottime_ns;
	ll_u32 state;    /* LL_START_* */
	ll_u32 verdict;  /* LL_VERDICT_*, once judged; 0: allowed */
	ll_u32 is_entry; /* the runtime started it, so its exec is to be judged as the runtime's */
	ll_u32 is_content_held; /* it goes on by `held_contents` */
};

#ifndef __bpf__
_Static_assert(sizeof(struct ll_hold_settings) == 24, "ll_hold_settings");
_Static_assert(sizeof(struct ll_held_start) == 40, "ll_held_start");
#endif

#endif
