/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
 *
 * A compiled profile, as kernel and Swift walk it. A part of loadline_abi.h, which says what
 * holds for all of it.
 */
#ifndef LOADLINE_POLICY_ABI_H
#define LOADLINE_POLICY_ABI_H

/* ---- PolicyProgram --------------------------------------------------
 *
 * An array of 64-bit cells, a power of two in number. The first
 * LL_POLICY_HEADER_CELLS are the header; the rest is one automaton over bytes
 * in a double-array layout. A state is named by its base, a cell index that is
 * never 0. A cell of a state: low 32 bits the owning state, high 32 bits the
 * value. Cells of state s:
 *
 *   s + 0        default: the state after any byte with no cell of its own
 *   s + 1 + b    the state after byte b
 *   s + 257      accept: the value at the end of the string
 *
 * A cell whose owner is not s does not belong to s: no default means the dead
 * state 0, no accept means 0.
 *
 * A decision walks from the subject's state over one byte of dimension and then
 * the object's bytes; the accept value is the set of allowed access bits, those of
 * the phase `serving` low and those of `startup` LL_STARTUP_SHIFT higher. A
 * subject's state is the accept value of a walk from the root over the byte
 * LL_DIMENSION_SUBJECT and the executable's path; 0 there means that the
 * profile does not know the executable, and nothing is allowed to it.
 * Indices are masked by the number of cells - 1, so that no program can read
 * outside, whatever it holds.
 */
#define LL_POLICY_MAGIC 0x31304c4cu /* "LL01" */
#define LL_POLICY_HEADER_CELLS 16
#define LL_POLICY_DEFAULT_CELL 0
#define LL_POLICY_BYTE_CELL 1
#define LL_POLICY_ACCEPT_CELL 257
#define LL_STARTUP_SHIFT 16

struct ll_policy_header {
	ll_u32 magic;
	ll_u32 abi_version;
	ll_u32 cell_count;                /* a power of two, header included */
	ll_u32 root;                      /* the root state */
	ll_u8 action[LL_DIMENSION_COUNT]; /* LL_ACTION_* by dimension; 0: not judged */
	ll_u32 runtime_subject;           /* the subject of the runtime's set-up phase */
	ll_u32 response;                  /* LL_RESPONSE_* */
	ll_u32 breaker;                   /* refusals and kills in a minute; 0: no bound */
	ll_u32 reserved[23];
};

/* Size classes of PolicyPrograms, in cells. */
#define LL_POLICY_CLASSES 4
#define LL_POLICY_CELLS_0 4096u     /* 32 KiB */
#define LL_POLICY_CELLS_1 65536u    /* 512 KiB */
#define LL_POLICY_CELLS_2 1048576u  /* 8 MiB */
#define LL_POLICY_CELLS_3 16777216u /* 128 MiB */

/* subject_length of a request in the name of the runtime's set-up phase */
#define LL_DECIDE_RUNTIME 0xffffffffu

/* For test runs of the decision: one row of `decide_requests`. */
struct ll_decide_request {
	ll_u32 profile;
	ll_u32 repeat;    /* measure this many decisions; 0: just decide */
	ll_u32 key_index; /* which row of decide_keys: subject path, object */
	ll_u32 dimension;
	ll_u32 subject_length;
	ll_u32 object_length;
	ll_u32 is_serving;
	ll_u32 reserved;
	ll_u32 allowed;       /* out: access bits */
	ll_u32 subject_state; /* out */
	ll_u64 elapsed_ns;    /* out: of all repeats */
};

#endif
