/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
 *
 * A part of loadline_abi.h: the contents of programs and libraries that rules name by digest.
 * User space hashes; the kernel remembers the answer for one version of one inode.
 */
#ifndef LOADLINE_CONTENTS_ABI_H
#define LOADLINE_CONTENTS_ABI_H

/* A path with the version of the inode that lies there, under a profile's generation. A write
 * changes ctime, which nobody but the clock can set back. */
struct ll_content_key {
	ll_u64 path_hash; /* of the path as it was decided, see hash_path() */
	ll_u64 inode;
	ll_s64 ctime_ns;
	ll_u64 size;
	ll_u32 device;
	ll_u32 inode_generation;
	ll_u32 policy_generation;
	ll_u32 access; /* LL_ACCESS_EXECUTE or LL_ACCESS_MAP */
};

#define LL_CONTENT_UNKNOWN 0 /* not in the map: nobody has looked at this version */
#define LL_CONTENT_GOOD 1
#define LL_CONTENT_CHANGED 2

/* Whether somebody is there to look at contents: the one value of `content_settings`. */
struct ll_content_settings {
	ll_u64 beat_boottime_ns; /* when the agent last said that it runs */
	ll_u64 patience_ns;      /* with an older beat, what is not known has changed */
	ll_u32 is_on;
	ll_u32 reserved0;
};

/* Longer paths are bound to no content: a rule with digests allows nothing there. */
#define LL_CONTENT_PATH_MAX 511

#define LL_CONTENT_STOPPING 0 /* about to be stopped: to be left alone for a moment */
#define LL_CONTENT_WAITING 1
/* A thread whose program or library nobody has looked at, by its id. */
struct ll_held_content {
	struct ll_content_key key;
	ll_u64 cgroup_id;
	ll_u64 start_boottime_ns; /* of its process */
	ll_u64 held_boottime_ns;
	ll_u32 slot;
	ll_u32 tgid;
	ll_u32 state; /* LL_CONTENT_STOPPING, _WAITING */
	ll_u32 is_stopped;
	ll_s32 fd;     /* the mapping's; -1: the process' executable is meant */
	ll_u32 origin; /* LL_ORIGIN_* */
	ll_u32 path_length;
	ll_u32 reserved0;
	ll_u8 path[LL_CONTENT_PATH_MAX + 1];
};

/* What identify_content() is asked of an open file, and answers into the key. */
struct ll_content_question {
	struct ll_content_key key; /* path_hash, policy_generation and access stay as they are */
	ll_s32 fd;
	ll_u32 writers; /* out: how many have it open for writing */
};

#ifndef __bpf__
_Static_assert(sizeof(struct ll_content_key) == 48, "ll_content_key");
_Static_assert(sizeof(struct ll_held_content) == 48 + 56 + 512, "ll_held_content");
#endif

#endif
