/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Connections and binds that no system call's return tells of: io_uring's, and those that a message
 * begins (MSG_FASTOPEN). The socket hooks see them begin; so they are told of without their
 * outcome.
 */
#ifndef LOADLINE_BEGUN_H
#define LOADLINE_BEGUN_H

#include "adoption.h"
#include "syscalls_x86_64.h"

static __noinline int tell_begun(struct task_struct *task, struct task_identity *identity)
{
	struct ll_socket_event record = {};
	fill_header(&record.header, identity, task, LL_KIND_SOCKET_EVENT, sizeof(record));
	u32 port = identity->begun_at.port[0] << 8 | identity->begun_at.port[1];
	record.operation = identity->begun;
	record.result = -EINPROGRESS;
	record.family = AF_INET6;
	record.protocol = identity->begun_at.protocol;
	record.fd = -1;
	if (identity->begun == LL_OPERATION_BIND) {
		record.result = 0;
		record.local_port = port;
		__builtin_memcpy(record.local_address, identity->begun_at.address, 16);
	} else {
		record.remote_port = port;
		__builtin_memcpy(record.remote_address, identity->begun_at.address, 16);
	}
	identity->begun = 0;
	deliver(identity->slot, LL_KIND_SOCKET_EVENT, &record, sizeof(record));
	return 0;
}

/* What a hook lets begin. Told of at the return of a call that tells of none itself, or when the
 * next begins. */
static __always_inline void note_begun(struct task_struct *task, struct task_identity *identity,
				       struct ll_endpoint *endpoint, u32 operation)
{
	if (!returns_are_seen())
		return;
	if (identity->begun)
		tell_begun(task, identity);
	identity->begun_at = *endpoint;
	identity->begun = operation;
	if (task->flags & PF_IO_WORKER)
		tell_begun(task, identity);
}

/* Any call has returned: connect and bind tell of themselves. */
static __always_inline void end_begun(struct task_struct *task, struct task_identity *identity,
				      u32 class)
{
	if (class == CALL_CONNECT || class == CALL_BIND)
		identity->begun = 0;
	else
		tell_begun(task, identity);
}

#endif
