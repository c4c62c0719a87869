/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Whether anything hangs at the return of system calls (on_system_call()). In the modes lsm and
 * fmod_ret that is so while some container is learned, recorded, or only told of. Else a call that
 * no gate is asked about costs nothing, and the gates do what the return does otherwise: they tell
 * of acts that are only flagged, and remember what was allowed.
 */
#ifndef LOADLINE_RETURNS_H
#define LOADLINE_RETURNS_H

#include "maps.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ll_returns);
} returns SEC(".maps");

static __always_inline int returns_are_seen(void)
{
	u32 zero = 0;
	struct ll_returns *now = bpf_map_lookup_elem(&returns, &zero);
	return now && now->is_seen;
}

/* Moves whenever a path may mean something else. While returns are not seen nobody counts renames
 * and mounts, so each time that they are is an epoch of its own. */
static __always_inline u64 epoch_now(void)
{
	u32 zero = 0;
	struct ll_returns *now = bpf_map_lookup_elem(&returns, &zero);
	return path_epoch + ((u64)(now ? now->period : 0) << 32);
}

#endif
