/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Connections and binds that no system call's return tells of: io_uring's, and those that a message
 * begins (MSG_FASTOPEN). The socket hooks see them begin; so they are told of without their
 * outcome. Likewise datagrams to AF_UNIX sockets, whose peer no return knows.
 */
#ifndef LOADLINE_BEGUN_H
#define LOADLINE_BEGUN_H

#include "adoption.h"
#include "outside.h"
#include "syscalls_x86_64.h"
#include "uses.h"

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
static __noinline int note_begun(struct task_identity *identity, struct ll_endpoint *endpoint,
				 u32 operation)
{
	struct task_struct *task = current_task();
	if (!returns_are_seen())
		return 0;
	if (identity->begun)
		tell_begun(task, identity);
	identity->begun_at = *endpoint;
	identity->begun = operation;
	if (task->flags & PF_IO_WORKER)
		tell_begun(task, identity);
	return 0;
}

/* Which AF_UNIX socket a datagram goes to is known where it is sent. */
static __always_inline void note_sent(struct task_identity *identity, struct vfsmount *mount,
				      struct dentry *dentry)
{
	if (!returns_are_seen())
		return;
	identity->sent_mount = (u64)mount;
	identity->sent_dentry = (u64)dentry;
}

static __always_inline void touch_sent(struct task_struct *task, struct task_identity *identity,
				       u64 mount, u64 dentry, u32 is_late)
{
	struct touch *touch = touch_of_unix(task, identity, AS(vfsmount, mount), AS(dentry, dentry),
					    LL_OPERATION_CONNECT);
	if (!touch)
		return;
	touch->is_late = is_late;
	touch_file(task, identity, touch);
}

/* Any call has returned: connect and bind tell of themselves. Global, so that the verifier reads
 * it apart from what led here. */
__noinline int on_begun(struct task_identity *identity, u32 class)
{
	struct task_struct *task = current_task();
	if (!identity)
		return 0;
	int tells_itself = class == CALL_CONNECT || class == CALL_BIND;
	u64 dentry = identity->sent_dentry, mount = identity->sent_mount;
	identity->sent_dentry = 0;
	if (tells_itself)
		identity->begun = 0;
	else if (identity->begun)
		tell_begun(task, identity);
	if (dentry && !tells_itself)
		touch_sent(task, identity, mount, dentry, 0);
	return 0;
}

/* Mode signal: a datagram has arrived at an AF_UNIX socket, by whatever call; current sent it.
 * Other sockets' come here too, in interrupts. */
SEC("?tp_btf/sk_data_ready")
int on_data_ready(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];
	struct task_struct *task = current_task();
	if (sk->__sk_common.skc_family != AF_UNIX || sk->sk_type != SOCK_DGRAM ||
	    !is_watched(task->pid))
		return 0;
	struct task_identity *identity = running_identity(task);
	if (!identity)
		return 0;
	struct unix_sock *other = AS(unix_sock, sk);
	struct dentry *dentry = GET(other, path.dentry);
	if (dentry)
		touch_sent(task, identity, (u64)GET(other, path.mnt), (u64)dentry, 1);
	else if (is_socket_outside(identity->slot, sk))
		judge_use(identity, LL_DIMENSION_ACT, LL_ACT_SOCKET_OUTSIDE,
			  USE_RECORD | USE_JUDGE | USE_LATE, 0);
	return 0;
}

#endif
