// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
/*
 * What an agent leaves in the pinned maps for the one after it. A part of loadline_abi.h.
 */
#ifndef LOADLINE_PINS_ABI_H
#define LOADLINE_PINS_ABI_H

/* In `seeding`: tell of every task that is held already, for an agent that is new. */
#define LL_SEEDING_HELD 0xffffffffu

/* Who serves the programs. No program reads it. */
struct ll_agent {
	ll_u64 pid;               /* as its own pid namespace counts */
	ll_u64 start_ticks;       /* of the process, as /proc/PID/stat has them */
	ll_u64 since_boottime_ns; /* when it began to serve */
	ll_u64 begun_boottime_ns; /* when the first agent did */
	ll_u64 takeovers;
	ll_u64 released; /* 1: its pins are not to be made again */
};

#ifndef __bpf__
_Static_assert(sizeof(struct ll_agent) == 48, "ll_agent");
#endif

#endif
