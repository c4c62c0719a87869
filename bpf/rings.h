/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What io_uring does: its requests return from no system call of their own. Opens, reads, writes
 * and messages are seen when they complete, in the task that asked or in a worker of the kernel's;
 * a read or write by a descriptor when it begins, too. One that deviates is judged before its
 * process is back in user space; what was written by then is written. What is seen when it is asked
 * for stands in ring_requests.h.
 */
#ifndef LOADLINE_RINGS_H
#define LOADLINE_RINGS_H

#include "begun.h"
#include "ring_requests.h"
#include "transfers.h"

struct io_uring_cqe {
	s32 res;
} __attribute__((preserve_access_index));

struct io_splice {
	s32 splice_fd_in;
} __attribute__((preserve_access_index));

/* 0: nothing that is looked at. */
#define RING_OPEN 1
#define RING_READ 2
#define RING_WRITE 3
#define RING_RENAME 4    /* paths mean something else now */
#define RING_SPLICE 5    /* from a descriptor of its own to the file */
#define RING_ATTRIBUTE 6 /* of an open file */
#define RING_CONNECT 7
#define RING_BIND 8

/* By IORING_OP_*. */
/* clang-format off */
const volatile u8 ring_class[64] = {
	/* openat, openat2 */
	[18] = RING_OPEN, [28] = RING_OPEN,
	/* readv, read of a fixed buffer, read, read again and again; recvmsg, recv */
	[1] = RING_READ, [4] = RING_READ, [22] = RING_READ, [49] = RING_READ,
	[10] = RING_READ, [27] = RING_READ, [60] = RING_READ,
	/* writev, write of a fixed buffer, write; fallocate, ftruncate; sendmsg, send, and both
	 * without a copy */
	[17] = RING_WRITE, [55] = RING_WRITE, [2] = RING_WRITE, [5] = RING_WRITE, [23] = RING_WRITE,
	[9] = RING_WRITE, [26] = RING_WRITE, [48] = RING_WRITE, [47] = RING_WRITE,
	[61] = RING_WRITE,
	[RING_RENAMEAT] = RING_RENAME, [30] = RING_SPLICE, [41] = RING_ATTRIBUTE,
	[16] = RING_CONNECT, [56] = RING_BIND,
};
/* clang-format on */

/* Global, so that the verifier reads it apart from what led here. */
__noinline int on_ring_transfer(struct task_identity *identity, u64 file, u32 operation, u64 bytes)
{
	if (identity && file)
		transfer_file(current_task(), identity, AS(file, file), -1, operation, bytes);
	return 0;
}

/* Of a file, or of the one with this descriptor. */
__noinline int on_ring_attribute(struct task_identity *identity, u64 known, u32 fd)
{
	struct scratch *area = scratch(0);
	struct file *file = known ? AS(file, known) : file_of(current_task(), fd);
	if (!identity || !area || !file)
		return 0;
	begin_operation(&area->told, LL_OPERATION_SETXATTR, 0);
	return on_changed_file(identity, file);
}

/* Sockets of other families are seen when they begin. */
__noinline int on_ring_address(struct task_identity *identity, u64 known, u32 class)
{
	struct task_struct *task = current_task();
	struct file *file = AS(file, known);
	if (!identity || !known)
		return 0;
	struct sock *sk = sock_of_file(file);
	if (!sk || GET(sk, __sk_common.skc_family) != AF_UNIX)
		return 0;
	if (class == RING_BIND)
		return on_socket_file(task, identity, sk);
	touch_socket(task, identity, sk, -1, LL_OPERATION_CONNECT, 0);
	if (leads_outside(identity, sk))
		judge_use(identity, LL_DIMENSION_ACT, LL_ACT_SOCKET_OUTSIDE,
			  USE_RECORD | USE_JUDGE | USE_LATE, 0);
	return 0;
}

static __always_inline int on_completion(struct io_kiocb *request, s32 result)
{
	struct task_struct *task = current_task();
	if (!request || !returns_are_seen())
		return 0;
	/* What waited for it is begun by this thread, and told of nowhere else. */
	struct io_kiocb *next = BPF_CORE_READ(request, link);
	/* A time limit of the request stands between them. */
	if (next && BPF_CORE_READ(next, opcode) == RING_LINK_TIMEOUT)
		next = BPF_CORE_READ(next, link);
	if (next && task->flags & PF_IO_WORKER)
		on_request(next);
	u32 class = ring_class[BPF_CORE_READ(request, opcode) & 63];
	if (class == RING_OPEN)
		forget_made(request);
	if (result < 0)
		return 0;
	if (class == RING_RENAME) {
		__sync_fetch_and_add(&path_epoch, 1);
		return 0;
	}
	struct task_identity *identity = class ? running_identity(task) : 0;
	if (!identity)
		return 0;
	if (class == RING_OPEN) {
		struct io_open *open = (void *)request;
		/* One that takes no descriptor was told of when it was asked for. */
		if (!BPF_CORE_READ(open, file_slot))
			on_open(identity, result, BPF_CORE_READ(open, how.flags));
		return 0;
	}
	u64 file = (u64)BPF_CORE_READ(request, file);
	if (class == RING_ATTRIBUTE) {
		/* By a descriptor it was told of when it began. */
		if (BPF_CORE_READ(request, flags) & RING_FIXED_FILE)
			on_ring_attribute(identity, file, 0);
		return 0;
	}
	if (class == RING_CONNECT || class == RING_BIND)
		return on_ring_address(identity, file, class) & 0;
	on_ring_transfer(identity, file,
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

/* A request has completed, and the ring has no place left for that: which request is not told. What
 * it came to is a descriptor where it is one that such an open can have left. */
SEC("?tp_btf/io_uring_cqe_overflow")
int on_ring_overflow(u64 *ctx)
{
	struct task_struct *task = current_task();
	struct key_of_open key = {ctx[0], ctx[1]};
	s32 result = ctx[2];
	struct made_open *made = bpf_map_lookup_elem(&made_opens, &key);
	struct task_identity *identity = made && result >= 0 ? running_identity(task) : 0;
	struct file *file = identity ? file_of(task, result) : 0;
	if (!file)
		return 0;
	u32 mode = GET(file, f_mode), flags = made->flags;
	if (mode & FMODE_CREATED || (flags & O_TRUNC && mode & FMODE_WRITE))
		on_open(identity, result, flags);
	return 0;
}

/* A request has begun, and takes a file by its descriptor: judged here whatever comes of it, as of
 * some requests nobody is told when they complete (IOSQE_CQE_SKIP_SUCCESS, a full ring). A file
 * that is a place in the ring's table is not taken so. */
SEC("?tp_btf/io_uring_file_get")
int on_ring_file(u64 *ctx)
{
	struct io_kiocb *request = (void *)ctx[0];
	struct io_splice *splice = (void *)ctx[0];
	s32 fd = ctx[1];
	if (!request || !returns_are_seen())
		return 0;
	u32 class = ring_class[BPF_CORE_READ(request, opcode) & 63];
	if (class != RING_READ && class != RING_WRITE && class != RING_SPLICE &&
	    class != RING_ATTRIBUTE)
		return 0;
	struct task_identity *identity = running_identity(current_task());
	if (!identity)
		return 0;
	if (class == RING_ATTRIBUTE)
		return on_ring_attribute(identity, 0, fd) & 0;
	int is_read = class == RING_READ ||
		      (class == RING_SPLICE && fd == BPF_CORE_READ(splice, splice_fd_in));
	on_transfer(identity, fd, is_read ? LL_OPERATION_READ_RECEIVE : LL_OPERATION_WRITE_SEND, 0);
	return 0;
}

#endif
