/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The breaker: a profile may refuse and kill so often in a minute and no more. A wrong
 * profile so costs a service some calls or processes, and not its life. Opened, it makes
 * its profile monitored on all its containers, until the profile is installed anew.
 */
#ifndef LOADLINE_BREAKER_H
#define LOADLINE_BREAKER_H

#include "policy.h"

static __always_inline int is_tripped(u64 word)
{
	return (word & LL_PROFILE_TRIPPED) != 0;
}

/* A counter: minute << 32 | those of the minute before << 16 | those of this one. */
#define COUNT_MAX 0xffffu
#define NS_PER_MINUTE 60000000000ull

static __always_inline u64 counted_once_more(u64 counter, u32 minute)
{
	u32 passed = minute - (u32)(counter >> 32);
	u64 current = counter & COUNT_MAX, before = counter >> 16 & COUNT_MAX;
	if (passed) {
		before = passed == 1 ? current : 0;
		current = 0;
	}
	if (current < COUNT_MAX)
		current += 1;
	return (u64)minute << 32 | before << 16 | current;
}

/* Processors that count at once make each other try again; so often, and then the count is
 * one short. */
#define TRIES 16

/* Whether one more refusal or kill is within the profile's budget. Counted over this minute
 * and the one before, so that no sixty seconds have more, however they lie. Opens the
 * breaker where it is not. Global: the verifier of old kernels would follow its tries anew for
 * each caller, and refuses lsm_path_mknod and on_system_call on 6.1. */
__noinline int take_from_budget(u32 profile, u64 word)
{
	u32 budget = policy_breaker(word);
	u64 *counter = budget ? bpf_map_lookup_elem(&breakers, &profile) : 0;
	if (!counter)
		return 1;
	u32 minute = bpf_ktime_get_boot_ns() / NS_PER_MINUTE;
	u64 counted = 0;
	for (int i = 0; i < TRIES; i++) {
		u64 seen = *(volatile u64 *)counter;
		counted = counted_once_more(seen, minute);
		if (__sync_val_compare_and_swap(counter, seen, counted) == seen)
			break;
	}
	if ((counted & COUNT_MAX) + (counted >> 16 & COUNT_MAX) <= budget)
		return 1;
	u64 *own = bpf_map_lookup_elem(&profiles, &profile);
	/* Not of a profile that was put in its place meanwhile. */
	if (own && generation_of(*own) == generation_of(word))
		__sync_fetch_and_or(own, LL_PROFILE_TRIPPED);
	return 0;
}

#endif
