/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What io_uring is asked for, and would be too late to look for when it completes: calls on names,
 * as the names are gone by then; opens that leave no descriptor, or that nobody is told of
 * (IOSQE_CQE_SKIP_SUCCESS); sockets. They are told of without their outcome. Names are looked at
 * as near to the act as a hook is: where a thread of the kernel's is given the request, as all of
 * these are but opens. One that waits for others (IOSQE_IO_LINK) may be gone by then, so it is
 * looked at when it is taken, too, and when the one before it has completed.
 */
#ifndef LOADLINE_RING_REQUESTS_H
#define LOADLINE_RING_REQUESTS_H

#include "acts.h"
#include "named_calls.h"

struct io_submit_link {
	struct io_kiocb *head;
} __attribute__((preserve_access_index));

struct io_submit_state {
	struct io_submit_link link;
} __attribute__((preserve_access_index));

struct io_ring_ctx {
	struct io_submit_state submit_state;
} __attribute__((preserve_access_index));

struct io_cqe {
	u64 user_data;
} __attribute__((preserve_access_index));

struct io_kiocb {
	struct file *file;
	u8 opcode;
	u32 flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	struct io_kiocb *link; /* what waits for it */
} __attribute__((preserve_access_index));

/* In `flags`: IOSQE_FIXED_FILE, IOSQE_CQE_SKIP_SUCCESS. */
#define RING_FIXED_FILE (1u << 0)
#define RING_UNTOLD (1u << 6)

/* What requests on names hold. */
struct filename {
	char *name;
} __attribute__((preserve_access_index));

/* What an open's request holds in place of the file. */
struct io_open {
	s32 dfd;
	u32 file_slot;
	struct filename *filename;
	struct {
		u64 flags, resolve;
	} how;
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

/* A symbolic link's too. */
struct io_link {
	s32 old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	u32 flags;
} __attribute__((preserve_access_index));

struct io_socket {
	s32 domain, type, protocol;
} __attribute__((preserve_access_index));

/* IORING_OP_*, include/uapi/linux/io_uring.h in the kernel's source. */
#define RING_LINK_TIMEOUT 15
#define RING_OPENAT 18
#define RING_OPENAT2 28
#define RING_RENAMEAT 35
#define RING_UNLINKAT 36
#define RING_MKDIRAT 37
#define RING_SYMLINKAT 38
#define RING_LINKAT 39
#define RING_SETXATTR 42
#define RING_MAKE_SOCKET 45

#define NAME_OF(request, field) (u64) BPF_CORE_READ(request, field, name)

static __always_inline int opens_file(struct io_kiocb *request)
{
	u32 operation = BPF_CORE_READ(request, opcode);
	return operation == RING_OPENAT || operation == RING_OPENAT2;
}

/* Its completion, if there is one, has no descriptor by which its file could be found. */
static __always_inline int is_untold_open(struct io_kiocb *request)
{
	struct io_open *open = (void *)request;
	return BPF_CORE_READ(open, file_slot) || BPF_CORE_READ(request, flags) & RING_UNTOLD;
}

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
	struct io_open *open = (void *)request;
	switch (BPF_CORE_READ(request, opcode)) {
	case RING_OPENAT:
	case RING_OPENAT2:
		if (!is_untold_open(request))
			return NOT_NAMED;
		argument[0] = BPF_CORE_READ(open, dfd);
		argument[1] = NAME_OF(open, filename);
		argument[2] = BPF_CORE_READ(open, how.flags);
		argument[3] = BPF_CORE_READ(open, how.resolve);
		return CALL_OPEN_BEGUN;
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

static __noinline int on_request(struct io_kiocb *request)
{
	struct scratch *area = scratch(0);
	if (!area || !returns_are_seen())
		return 0;
	u32 call = call_of(request, area->arguments);
	struct task_identity *identity = call == NOT_NAMED ? 0 : running_identity(current_task());
	if (!identity)
		return 0;
	/* Its completion may be told to nobody. */
	if (call == CALL_RENAMEAT2)
		__sync_fetch_and_add(&path_epoch, 1);
	return on_named_call(identity, call, -EINPROGRESS);
}

static __always_inline int on_taken(struct io_kiocb *request)
{
	if (!request)
		return 0;
	if (BPF_CORE_READ(request, opcode) == RING_MAKE_SOCKET) {
		struct task_identity *identity =
			returns_are_seen() ? running_identity(current_task()) : 0;
		return identity ? on_ring_socket(identity, (void *)request) & 0 : 0;
	}
	/* Most opens are begun at once. */
	return opens_file(request) || BPF_CORE_READ(request, ctx, submit_state.link.head) ?
		       on_request(request) :
		       0;
}

SEC("?tp_btf/io_uring_submit_req")
int on_ring_request(u64 *ctx)
{
	return on_taken((void *)ctx[0]);
}

/* As kernels before 6.3 call it. */
SEC("?tp_btf/io_uring_submit_sqe")
int on_ring_request_old(u64 *ctx)
{
	return on_taken((void *)ctx[0]);
}

/* Opens that may make or empty their file, and have not been told to have completed, by the ring
 * and what their completion will say to whoever asked: where the ring is full, that is all that is
 * told. */
struct key_of_open {
	u64 ring, user_data;
};

struct made_open {
	u64 flags; /* O_*, of all of them */
	u64 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key_of_open);
	__type(value, struct made_open);
} made_opens SEC(".maps");

static __always_inline struct key_of_open key_of(struct io_kiocb *request)
{
	return (struct key_of_open){(u64)BPF_CORE_READ(request, ctx),
				    BPF_CORE_READ(request, cqe.user_data)};
}

static __always_inline void remember_made(struct io_kiocb *request)
{
	struct made_open fresh = {BPF_CORE_READ((struct io_open *)request, how.flags), 1};
	struct key_of_open key = key_of(request);
	if (!(fresh.flags & (O_CREAT | O_TRUNC)) || !returns_are_seen() ||
	    !running_identity(current_task()))
		return;
	struct made_open *made = bpf_map_lookup_elem(&made_opens, &key);
	if (made) {
		__sync_fetch_and_or(&made->flags, fresh.flags);
		__sync_fetch_and_add(&made->count, 1);
	} else {
		bpf_map_update_elem(&made_opens, &key, &fresh, BPF_ANY);
	}
}

static __always_inline void forget_made(struct io_kiocb *request)
{
	struct key_of_open key = key_of(request);
	struct made_open *made = bpf_map_lookup_elem(&made_opens, &key);
	if (made && __sync_fetch_and_add(&made->count, -1) <= 1)
		bpf_map_delete_elem(&made_opens, &key);
}

/* A thread of the kernel's is given the request, as it is any open that makes or empties a file. */
SEC("?tp_btf/io_uring_queue_async_work")
int on_ring_work(u64 *ctx)
{
	struct io_kiocb *request = (void *)ctx[0];
	if (!request)
		return 0;
	if (opens_file(request) && !is_untold_open(request)) {
		remember_made(request);
		return 0;
	}
	return on_request(request);
}

#endif
