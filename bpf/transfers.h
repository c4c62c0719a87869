/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Bytes that were read from or written to a file or a socket by its descriptor.
 */
#ifndef LOADLINE_TRANSFERS_H
#define LOADLINE_TRANSFERS_H

#include "sockets.h"

/* Of a read: what was read is where its process needs not fetch it. */
#define HAS_ARRIVED (1u << 31)

/* Somebody read from or wrote to a file or a socket. */
static __always_inline int transfer_file(struct task_struct *task, struct task_identity *identity,
					 struct file *file, s32 fd, u32 operation, u64 bytes)
{
	struct inode *inode = GET(file, f_inode);
	u32 type = GET(inode, i_mode) & S_IFMT;
	if (type == S_IFSOCK) {
		touch_socket(task, identity, sock_of_file(file), fd, operation & ~HAS_ARRIVED,
			     bytes);
		return 0;
	}
	struct touch *touch = touch_area();
	if (!touch || !touch_of_file(touch, file, task, identity, fd))
		return 0;
	touch->want = USE(operation & LL_OPERATION_READ_RECEIVE ? LL_ACCESS_READ : LL_ACCESS_WRITE);
	touch->operation = operation & ~HAS_ARRIVED;
	touch->is_late = operation & HAS_ARRIVED ? 1 : 0;
	touch->bytes = bytes;
	touch->open_flags = GET(file, f_flags);
	/* Most pipes have no name; the others were judged when they were opened. */
	if (type == S_IFIFO && !bpf_map_lookup_elem(&file_flows, &touch->key))
		return 0;
	touch_file(task, identity, touch);
	return 0;
}

/* A call that did it by a descriptor. Global, so that the verifier reads it once and not for every
 * caller. */
__noinline int on_transfer(struct task_identity *identity, s32 fd, u32 operation, u64 bytes)
{
	struct task_struct *task = current_task();
	struct file *file = identity ? file_of(task, fd) : 0;
	return file ? transfer_file(task, identity, file, fd, operation, bytes) : 0;
}

/* The kernel has moved bytes from one descriptor to another. In a pipe they lie until somebody
 * reads them, and most go with their process. */
static __always_inline void on_moved(struct task_identity *identity, u32 from, u32 to, u64 bytes)
{
	struct file *file = file_of(current_task(), to);
	if (!file)
		return;
	struct inode *inode = GET(file, f_inode);
	u32 arrived = (GET(inode, i_mode) & S_IFMT) == S_IFIFO ? 0 : HAS_ARRIVED;
	on_transfer(identity, from, LL_OPERATION_READ_RECEIVE | arrived, bytes);
	on_transfer(identity, to, LL_OPERATION_WRITE_SEND, bytes);
}

#endif
