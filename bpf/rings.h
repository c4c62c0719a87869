/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What io_uring does: its requests return from no system call of their own. Opens, reads, writes
 * and messages are seen when they complete, in the task that asked or in a worker of the kernel's;
 * a read or write by a descriptor when it begins, too. One that deviates is judged before its
 * process is back in user space; what was written by then is written. Calls on names are seen when
 * the kernel takes them, as the names are gone when they complete; so they are told of without
 * their outcome.
 */
#ifndef LOADLINE_RINGS_H
#define LOADLINE_RINGS_H

#include "acts.h"
#include "begun.h"
#include "named_calls.h"

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

/* What requests on names hold. */
struct filename {
	char *name;
} __attribute__((preserve_access_index));

struct io_rename {
	s32 old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	u32 flags;
} __attribute__((preserve_access_index));

struct io_unlink {
	s32 dfd, flags;
	struct filename *filename;
} __attribute__((preserve_access_index));

struct io_mkdir {
	s32 dfd;
	u16 mode;
	struct filename *filename;
} __attribute__((preserve_access_index));

/* Extended attributes by path. */
struct io_xattr {
	struct filename *filename;
} __attribute__((preserve_access_index));

struct io_splice {
	s32 splice_fd_in;
} __attribute__((preserve_access_index));

struct io_socket {
	s32 domain, type, protocol;
} __attribute__((preserve_access_index));

/* A symbolic link's too. */
struct io_link {
	s32 old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	u32 flags;
} __attribute__((preserve_access_index));

/* 0: nothing that is looked at. */
#define RING_OPEN 1
#define RING_READ 2
#define RING_WRITE 3
#define RING_RENAME 4    /* paths mean something else now */
#define RING_SPLICE 5    /* from a descriptor of its own to the file */
#define RING_ATTRIBUTE 6 /* of an open file */

/* IORING_OP_* of calls on names. */
#define RING_RENAMEAT 35
#define RING_UNLINKAT 36
#define RING_MKDIRAT 37
#define RING_SYMLINKAT 38
#define RING_LINKAT 39
#define RING_SETXATTR 42

#define RING_MAKE_SOCKET 45

/* By IORING_OP_*, include/uapi/linux/io_uring.h in the kernel's source. */
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
};
/* clang-format on */

/* Global, so that the verifier reads it apart from what led here. */
__noinline int on_ring_transfer(struct task_identity *identity, u64 file, u32 operation, u64 bytes)
{
	if (identity && file)
		transfer_file(current_task(), identity, AS(file, file), -1, operation, bytes);
	return 0;
}

__noinline int on_ring_attribute(struct task_identity *identity, u64 file)
{
	struct scratch *area = scratch(0);
	if (!identity || !area || !file)
		return 0;
	begin_operation(&area->told, LL_OPERATION_SETXATTR, 0);
	return on_changed_file(identity, AS(file, file));
}

static __always_inline int on_completion(struct io_kiocb *request, s32 result)
{
	struct task_struct *task = current_task();
	if (!request || result < 0 || !returns_are_seen())
		return 0;
	u32 class = ring_class[BPF_CORE_READ(request, opcode) & 63];
	if (class == RING_RENAME) {
		__sync_fetch_and_add(&path_epoch, 1);
		return 0;
	}
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
	u64 file = (u64)BPF_CORE_READ(request, file);
	if (class == RING_ATTRIBUTE)
		return on_ring_attribute(identity, file) & 0;
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
	if (class != RING_READ && class != RING_WRITE && class != RING_SPLICE)
		return 0;
	struct task_identity *identity = running_identity(current_task());
	if (!identity)
		return 0;
	int is_read = class == RING_READ ||
		      (class == RING_SPLICE && fd == BPF_CORE_READ(splice, splice_fd_in));
	on_transfer(identity, fd, is_read ? LL_OPERATION_READ_RECEIVE : LL_OPERATION_WRITE_SEND, 0);
	return 0;
}

#define NAME_OF(request, field) (u64) BPF_CORE_READ(request, field, name)

/* Fills in the arguments of the system call that does what a request asks for. Returns its place
 * in path_calls; NOT_NAMED: it is another request, or is held in a way that is not known here. */
#define NOT_NAMED 32

static __always_inline u32 call_of(struct io_kiocb *request, u64 *argument)
{
	struct io_rename *rename = (void *)request;
	struct io_unlink *unlink = (void *)request;
	struct io_mkdir *mkdir = (void *)request;
	struct io_link *link = (void *)request;
	struct io_xattr *attribute = (void *)request;
	switch (BPF_CORE_READ(request, opcode)) {
	case RING_RENAMEAT:
		if (!bpf_core_field_exists(rename->oldpath))
			return NOT_NAMED;
		argument[0] = BPF_CORE_READ(rename, old_dfd);
		argument[1] = NAME_OF(rename, oldpath);
		argument[2] = BPF_CORE_READ(rename, new_dfd);
		argument[3] = NAME_OF(rename, newpath);
		argument[4] = BPF_CORE_READ(rename, flags);
		return CALL_RENAMEAT2;
	case RING_UNLINKAT:
		if (!bpf_core_field_exists(unlink->filename))
			return NOT_NAMED;
		argument[0] = BPF_CORE_READ(unlink, dfd);
		argument[1] = NAME_OF(unlink, filename);
		argument[2] = BPF_CORE_READ(unlink, flags);
		return CALL_UNLINKAT;
	case RING_SETXATTR:
		if (!bpf_core_field_exists(attribute->filename))
			return NOT_NAMED;
		argument[0] = NAME_OF(attribute, filename);
		return CALL_SETXATTR;
	case RING_MKDIRAT:
		if (!bpf_core_field_exists(mkdir->filename))
			return NOT_NAMED;
		argument[0] = BPF_CORE_READ(mkdir, dfd);
		argument[1] = NAME_OF(mkdir, filename);
		argument[2] = BPF_CORE_READ(mkdir, mode);
		return CALL_MKDIRAT;
	case RING_SYMLINKAT:
	case RING_LINKAT:
		if (!bpf_core_field_exists(link->oldpath))
			return NOT_NAMED;
		argument[0] = BPF_CORE_READ(link, old_dfd);
		argument[1] = NAME_OF(link, oldpath);
		argument[2] = BPF_CORE_READ(link, new_dfd);
		argument[3] = NAME_OF(link, newpath);
		argument[4] = BPF_CORE_READ(link, flags);
		if (BPF_CORE_READ(request, opcode) == RING_LINKAT)
			return CALL_LINKAT;
		argument[0] = argument[1];
		argument[1] = argument[2];
		argument[2] = argument[3];
		return CALL_SYMLINKAT;
	}
	return NOT_NAMED;
}

/* It need not have a descriptor, and is dead with its process before it is there. */
static __always_inline int on_ring_socket(struct task_identity *identity, struct io_socket *asked)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	area->arguments[0] = BPF_CORE_READ(asked, domain);
	area->arguments[1] = BPF_CORE_READ(asked, type);
	area->arguments[2] = BPF_CORE_READ(asked, protocol);
	return on_act(identity, 0, CALL_SOCKET);
}

static __always_inline int on_request(struct io_kiocb *request)
{
	struct scratch *area = scratch(0);
	if (!request || !area || !returns_are_seen())
		return 0;
	int is_socket = BPF_CORE_READ(request, opcode) == RING_MAKE_SOCKET;
	u32 call = is_socket ? NOT_NAMED : call_of(request, area->arguments);
	if (!is_socket && call == NOT_NAMED)
		return 0;
	struct task_identity *identity = running_identity(current_task());
	if (!identity)
		return 0;
	if (is_socket)
		on_ring_socket(identity, (void *)request);
	else
		on_named_call(identity, call, -EINPROGRESS);
	return 0;
}

SEC("?tp_btf/io_uring_submit_req")
int on_ring_request(u64 *ctx)
{
	return on_request((void *)ctx[0]);
}

/* As kernels before 6.3 call it. */
SEC("?tp_btf/io_uring_submit_sqe")
int on_ring_request_old(u64 *ctx)
{
	return on_request((void *)ctx[0]);
}

#endif
