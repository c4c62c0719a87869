/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What io_uring has done: opens, reads, writes and messages return from no system call of their
 * own. They are seen when they complete, in the task that asked or in a worker of the kernel's;
 * an open or a read that deviates is judged before its process is back in user space. What was
 * written by then is written.
 */
#ifndef LOADLINE_RINGS_H
#define LOADLINE_RINGS_H

#include "begun.h"

struct io_kiocb {
	struct file *file;
	u8 opcode;
} __attribute__((preserve_access_index));

struct io_uring_cqe {
	s32 res;
} __attribute__((preserve_access_index));

/* What an open's request holds in place of the file. */
struct io_open {
	u32 file_slot;
	struct {
		u64 flags;
	} how;
} __attribute__((preserve_access_index));

/* 0: nothing that is looked at. */
#define RING_OPEN 1
#define RING_READ 2
#define RING_WRITE 3

/* By IORING_OP_*, include/uapi/linux/io_uring.h in the kernel's source. */
/* clang-format off */
const volatile u8 ring_class[64] = {
	/* openat, openat2 */
	[18] = RING_OPEN, [28] = RING_OPEN,
	/* readv, read of a fixed buffer, read, read again and again; recvmsg, recv */
	[1] = RING_READ, [4] = RING_READ, [22] = RING_READ, [49] = RING_READ,
	[10] = RING_READ, [27] = RING_READ,
	/* writev, write of a fixed buffer, write; sendmsg, send, and both without a copy */
	[2] = RING_WRITE, [5] = RING_WRITE, [23] = RING_WRITE,
	[9] = RING_WRITE, [26] = RING_WRITE, [48] = RING_WRITE, [47] = RING_WRITE,
};
/* clang-format on */

/* Global, so that the verifier reads it apart from what led here. */
__noinline int on_ring_transfer(struct task_identity *identity, u64 file, u32 operation, u64 bytes)
{
	if (identity && file)
		transfer_file(current_task(), identity, AS(file, file), -1, operation, bytes);
	return 0;
}

static __always_inline int on_completion(struct io_kiocb *request, s32 result)
{
	struct task_struct *task = current_task();
	if (!request || result < 0 || !returns_are_seen())
		return 0;
	u32 class = ring_class[BPF_CORE_READ(request, opcode) & 63];
	struct task_identity *identity = class ? running_identity(task) : 0;
	if (!identity)
		return 0;
	if (class == RING_OPEN) {
		struct io_open *open = (void *)request;
		/* One that takes no descriptor is judged when it is used. */
		if (!BPF_CORE_READ(open, file_slot))
			on_open(identity, result, BPF_CORE_READ(open, how.flags));
		return 0;
	}
	on_ring_transfer(identity, (u64)BPF_CORE_READ(request, file),
			 class == RING_READ ? LL_OPERATION_READ_RECEIVE : LL_OPERATION_WRITE_SEND,
			 result);
	return 0;
}

SEC("?tp_btf/io_uring_complete")
int on_ring_complete(u64 *ctx)
{
	return on_completion((void *)ctx[1], BPF_CORE_READ((struct io_uring_cqe *)ctx[2], res));
}

/* Kernels that give the tracepoint the completion's parts. */
SEC("?tp_btf/io_uring_complete")
int on_ring_complete_parts(u64 *ctx)
{
	return on_completion((void *)ctx[1], ctx[3]);
}

#endif
