// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
/*
 * What an agent leaves in the pinned maps for the one after it. A part of loadline_abi.h.
 */
#ifndef LOADLINE_PINS_ABI_H
#define LOADLINE_PINS_ABI_H

/* In `seeding`: tell of every task that is held already, for an agent that is new. */
#define LL_SEEDING_HELD 0xffffffffu
/* Likewise, with a slot: the container runs, so nothing in it is its runtime's. */
#define LL_SEEDING_RUNNING 0x80000000u

/* Who serves the programs. No program reads it. */
struct ll_agent {
	ll_u64 pid;               /* as its own pid namespace counts */
	ll_u64 start_ticks;       /* of the process, as /proc/PID/stat has them */
	ll_u64 since_boottime_ns; /* when it began to serve */
	ll_u64 begun_boottime_ns; /* when the first agent did */
	ll_u64 takeovers;
	ll_u64 released; /* 1: its pins are not to be made again */
};

/* What is kept from other processes: a part of the keys of `kept`, and of what was refused. */
#define LL_KEPT_MAP 1
#define LL_KEPT_LINK 2
#define LL_KEPT_PIN 3

/* Who may change what is kept (bpf/keeping.h). */
struct ll_guard {
	ll_u64 pins_inode;  /* the directory of pins, on its file system */
	ll_u32 pins_device; /* as the kernel numbers it: major << 20 | minor */
	ll_u32 agent_pid;   /* as the machine counts; 0: no agent runs */
	/* Of the agent's executable and mount namespace; the kernel's side finds them. */
	ll_u64 executable_inode;
	ll_u64 mount_namespace;
	ll_u32 executable_device;
	ll_u32 is_on;
	ll_u64 refused; /* attempts */
	ll_u32 last_pid;
	ll_u32 last_kept; /* LL_KEPT_* */
};

#ifndef __bpf__
_Static_assert(sizeof(struct ll_guard) == 56, "ll_guard");
_Static_assert(sizeof(struct ll_agent) == 48, "ll_agent");
#endif

#endif
