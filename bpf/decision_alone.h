/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The decision without an event: for tests of its equality with Swift's, and for its cost.
 */
#ifndef LOADLINE_DECISION_ALONE_H
#define LOADLINE_DECISION_ALONE_H

#include "decide.h"

#define DECIDE_ROWS 1024
struct decide_key {
	u8 subject[LL_PATH_MAX];
	u8 object[LL_PATH_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DECIDE_ROWS);
	__type(key, u32);
	__type(value, struct decide_key);
} decide_keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DECIDE_ROWS);
	__type(key, u32);
	__type(value, struct ll_decide_request);
} decide_requests SEC(".maps");

/* Socket hooks walk an address from the stack and all others a string from the
 * scratch area; a row is walked as its hook would. */
static __noinline u32 decide_object(u64 word, u32 subject, u32 dimension, u32 length)
{
	struct scratch *area = scratch(1);
	struct ll_endpoint endpoint;
	if (!area || !subject)
		return 0;
	if (length != sizeof(endpoint) ||
	    (dimension != LL_DIMENSION_EGRESS && dimension != LL_DIMENSION_LISTEN))
		return policy_walk(word, subject, dimension, PLACE(1, LL_PATH_MAX), length);
	__builtin_memcpy(&endpoint, area->bytes + LL_PATH_MAX, sizeof(endpoint));
	return policy_walk_endpoint(word, subject, dimension, &endpoint);
}

static long decide_row(u64 index, void *context)
{
	u32 row = index & (DECIDE_ROWS - 1);
	struct ll_decide_request *request = bpf_map_lookup_elem(&decide_requests, &row);
	struct decide_key *key = bpf_map_lookup_elem(&decide_keys, &row);
	struct scratch *area = scratch(1);
	if (!request || !key || !area)
		return 1;
	u32 is_runtime = request->subject_length == LL_DECIDE_RUNTIME;
	u32 subject_length = is_runtime ? 0 : request->subject_length;
	u32 object_length = request->object_length;
	if (subject_length > LL_PATH_MAX || object_length > LL_PATH_MAX)
		return 1;
	u64 word = profile_word(request->profile);
	request->allowed = request->subject_state = 0;
	if (!word)
		return 0;
	/* No more than is there: what else is read drives the program out of the cache. */
	bpf_probe_read_kernel(area->bytes, BOUNDED(subject_length, 0x1fff), key->subject);
	bpf_probe_read_kernel(area->bytes + LL_PATH_MAX, BOUNDED(object_length, 0x1fff),
			      key->object);
	u64 begin = bpf_ktime_get_ns();
	u32 subject = is_runtime ? policy_runtime_subject(word) :
				   policy_walk(word, policy_root(word), LL_DIMENSION_SUBJECT,
					       PLACE(1, 0), subject_length);
	u64 middle = bpf_ktime_get_ns();
	request->subject_state = subject;
	u32 value = decide_object(word, subject, request->dimension, object_length);
	request->allowed = allowed_in(request->is_serving, value);
	request->elapsed_ns =
		request->repeat ? bpf_ktime_get_ns() - middle : bpf_ktime_get_ns() - begin;
	return 0;
}

struct decide_context {
	u32 rows;
};

SEC("syscall")
int decide(struct decide_context *ctx)
{
	bpf_loop(ctx->rows, decide_row, 0, 0);
	return 0;
}

#endif
