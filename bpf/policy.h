/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The walk over a PolicyProgram (loadline_abi.h says what it is). Its time
 * depends on the length of the string and not on the number of rules. Swift
 * walks the same cells in the module Decision; a property test holds both equal.
 */
#ifndef LOADLINE_POLICY_H
#define LOADLINE_POLICY_H

#include "maps.h"

#define OWNER(cell) ((u32)(cell))
#define VALUE(cell) ((u32)((cell) >> 32))

#define STEP(cells, mask, state, byte)                                                             \
	({                                                                                         \
		u64 __cell = (cells)->cell[((state) + LL_POLICY_BYTE_CELL + (byte)) & (mask)];     \
		if (OWNER(__cell) != (state))                                                      \
			__cell = (cells)->cell[(state) & (mask)];                                  \
		OWNER(__cell) == (state) ? VALUE(__cell) : 0;                                      \
	})

/* Bytes that one run walks. The verifier follows a run branch by branch and gives
 * up at 8,192; a longer string is walked in several runs. Kernels before 6.2, which
 * follow all branches of all rounds, get a loop whose body they look at once; it takes
 * some more time for each byte. */
#define RUN 64u

/* One walker per size class, as the verifier wants the bound as a constant.
 * Global functions: verified once each, whoever calls. */
#define WALKER(n)                                                                                  \
	struct stepping_##n {                                                                      \
		struct cells_##n *cells;                                                           \
		u32 state, place;                                                                  \
	};                                                                                         \
	static long step_##n(u64 index, void *context)                                             \
	{                                                                                          \
		struct stepping_##n *walk = context;                                               \
		struct scratch *area = scratch(walk->place >> PLACE_SHIFT & AREA_MASK);            \
		u32 at = (walk->place + (u32)index) & OFFSET_MASK;                                 \
		if (!area || !walk->state || at >= SCRATCH_SIZE)                                   \
			return 1;                                                                  \
		u32 state = walk->state;                                                           \
		walk->state = STEP(walk->cells, LL_POLICY_CELLS_##n - 1, state, area->bytes[at]);  \
		return 0;                                                                          \
	}                                                                                          \
	__noinline u32 walk_run_##n(struct cells_##n *cells, u32 state, u32 place, u32 length)     \
	{                                                                                          \
		struct scratch *area = scratch(place >> PLACE_SHIFT & AREA_MASK);                  \
		if (!cells || !area)                                                               \
			return 0;                                                                  \
		for (u32 i = 0; i < RUN; i++) {                                                    \
			if (i >= length || !state)                                                 \
				break;                                                             \
			u32 at = (place + i) & OFFSET_MASK;                                        \
			if (at >= SCRATCH_SIZE)                                                    \
				return 0;                                                          \
			state = STEP(cells, LL_POLICY_CELLS_##n - 1, state, area->bytes[at]);      \
		}                                                                                  \
		return state;                                                                      \
	}                                                                                          \
	__noinline u32 walk_scratch_##n(struct cells_##n *cells, u32 state, u32 dimension,         \
					u32 place, u32 length)                                     \
	{                                                                                          \
		if (!cells || !state)                                                              \
			return 0;                                                                  \
		state = STEP(cells, LL_POLICY_CELLS_##n - 1, state, dimension & 0xff);             \
		if (CAN_CAST) {                                                                    \
			for (u32 done = 0; done < LL_PATH_MAX; done += RUN) {                      \
				if (done >= length || !state)                                      \
					break;                                                     \
				state = walk_run_##n(cells, state, place + done, length - done);   \
			}                                                                          \
		} else {                                                                           \
			struct stepping_##n walk = {cells, state, place};                          \
			bpf_loop(length < LL_PATH_MAX ? length : LL_PATH_MAX, step_##n, &walk, 0); \
			state = walk.state;                                                        \
		}                                                                                  \
		u64 cell =                                                                         \
			cells->cell[(state + LL_POLICY_ACCEPT_CELL) & (LL_POLICY_CELLS_##n - 1)];  \
		return state && OWNER(cell) == state ? VALUE(cell) : 0;                            \
	}                                                                                          \
	__noinline u32 walk_endpoint_##n(struct cells_##n *cells, u32 state, u32 dimension,        \
					 struct ll_endpoint *endpoint)                             \
	{                                                                                          \
		if (!cells || !endpoint || !state)                                                 \
			return 0;                                                                  \
		state = STEP(cells, LL_POLICY_CELLS_##n - 1, state, dimension & 0xff);             \
		for (u32 i = 0; i < sizeof(*endpoint); i++) {                                      \
			if (!state)                                                                \
				return 0;                                                          \
			state = STEP(cells, LL_POLICY_CELLS_##n - 1, state, ((u8 *)endpoint)[i]);  \
		}                                                                                  \
		u64 cell =                                                                         \
			cells->cell[(state + LL_POLICY_ACCEPT_CELL) & (LL_POLICY_CELLS_##n - 1)];  \
		return state && OWNER(cell) == state ? VALUE(cell) : 0;                            \
	}
WALKER(0)
WALKER(1)
WALKER(2)
WALKER(3)

/* A profile's word of the `profiles` map. */
static __always_inline u64 profile_word(u32 profile)
{
	u64 *word = bpf_map_lookup_elem(&profiles, &profile);
	return word ? *word : 0;
}

static __always_inline u32 generation_of(u64 word)
{
	return word >> 32;
}

#define CELLS_OF(n)                                                                                \
	({                                                                                         \
		void *__map = bpf_map_lookup_elem(&policies_##n, &index);                          \
		__map ? (struct cells_##n *)bpf_map_lookup_elem(__map, &zero) : 0;                 \
	})

#define BY_CLASS(word, call)                                                                       \
	u32 index = (word)&0xffffff, zero = 0;                                                     \
	switch (((word) >> 24) & 0x3f) {                                                           \
	case 0: {                                                                                  \
		struct cells_0 *cells = CELLS_OF(0);                                               \
		return cells ? call(0) : 0;                                                        \
	}                                                                                          \
	case 1: {                                                                                  \
		struct cells_1 *cells = CELLS_OF(1);                                               \
		return cells ? call(1) : 0;                                                        \
	}                                                                                          \
	case 2: {                                                                                  \
		struct cells_2 *cells = CELLS_OF(2);                                               \
		return cells ? call(2) : 0;                                                        \
	}                                                                                          \
	case 3: {                                                                                  \
		struct cells_3 *cells = CELLS_OF(3);                                               \
		return cells ? call(3) : 0;                                                        \
	}                                                                                          \
	}                                                                                          \
	return 0;

/* These are global too.
 *
 * The accept value for `length` bytes at PLACE(scratch index, offset). */
__noinline u32 policy_walk(u64 word, u32 state, u32 dimension, u32 place, u32 length){
#define CALL(n) walk_scratch_##n(cells, state, dimension, place, length)
	BY_CLASS(word, CALL)
#undef CALL
}

__noinline u32
	policy_walk_endpoint(u64 word, u32 state, u32 dimension, struct ll_endpoint *endpoint){
#define CALL(n) walk_endpoint_##n(cells, state, dimension, endpoint)
		BY_CLASS(word, CALL)
#undef CALL
	}

/* A cell of the program's header. */
__noinline u64 policy_header(u64 word, u32 cell)
{
	cell &= LL_POLICY_HEADER_CELLS - 1;
#define CALL(n) cells->cell[cell]
	BY_CLASS(word, CALL)
#undef CALL
}

static __always_inline u32 policy_root(u64 word)
{
	return policy_header(word, 1) >> 32;
}

static __always_inline u32 policy_action(u64 word, u32 dimension)
{
	return (policy_header(word, 2) >> (8 * (dimension & 7))) & 0xff;
}

static __always_inline u32 policy_runtime_subject(u64 word)
{
	return (u32)policy_header(word, 3);
}

/* LL_RESPONSE_* */
static __always_inline u32 policy_response(u64 word)
{
	return policy_header(word, 3) >> 32;
}

/* Refusals and kills in a minute, before the breaker opens; 0: it never does. */
static __always_inline u32 policy_breaker(u64 word)
{
	return (u32)policy_header(word, 4);
}

#endif
