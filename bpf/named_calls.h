/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Calls on names by their place in path_calls, whoever was asked for them: a system call that
 * returns, or io_uring when it is asked for one (ring_requests.h).
 */
#ifndef LOADLINE_NAMED_CALLS_H
#define LOADLINE_NAMED_CALLS_H

#include "syscalls_x86_64.h"

/* What io_uring does, too. */
#define CALL_MKDIRAT 1
#define CALL_LINKAT 4
#define CALL_SYMLINKAT 6
#define CALL_UNLINKAT 8
#define CALL_RENAMEAT2 10
#define CALL_SETXATTR 23
#define CALL_OPEN_BEGUN 29 /* its arguments are openat's, then RESOLVE_* */

/* Global, so that the verifier reads it apart from other calls. */
__noinline int on_named_call(struct task_identity *identity, u32 index, s32 result)
{
	if (!identity || index >= 32)
		return 0;
	return on_path_call(current_task(), identity, &path_calls[index], result);
}

#endif
