/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Calls that name their object by path and leave no descriptor behind: mkdir,
 * rename, unlink and their kin. At a system call's return only the caller's
 * string is left; it is joined to the directory that it was relative to, and the
 * record says so (LL_PATH_AS_GIVEN): user space resolves it and judges it. Gates see
 * the object itself (namegates.h), and so does the call where it is an open file.
 */
#ifndef LOADLINE_PATHOPS_H
#define LOADLINE_PATHOPS_H

#include "files.h"

#define NO_ARGUMENT 7
#define AT_FDCWD -100

/* Which argument is what. */
struct path_call {
	u32 operation;
	u8 directory, path;
	u8 second_directory, second_path;
	u8 argument;
	u8 is_descriptor; /* `path` is a descriptor: ftruncate, fchmod, fchown */
	u8 flags;         /* 1 + the argument with AT_*; 0: none */
	u8 itself;        /* a link as the last name is not followed */
};

#define AT_SYMLINK_NOFOLLOW 0x100u
#define AT_SYMLINK_FOLLOW 0x400u
#define AT_EMPTY_PATH 0x1000u
#define RESOLVE_IN_ROOT 0x10u

#define GIVEN_MAX 4096u

/* What io_uring was asked for, and has not done yet, is told of with this result, and nothing else
 * is: it says whose memory the names lie in. */
#define IS_BEGUN(result) ((result) == -EINPROGRESS)

/* Reads a path that a call was given: the caller's string, or of io_uring's requests the copy that
 * the kernel has made of it, which nobody changes any more. Returns its bytes and a NUL, or an
 * error. */
static __always_inline long read_given(void *to, u32 size, u64 path, s32 result)
{
	return IS_BEGUN(result) ? bpf_probe_read_kernel_str(to, size, (void *)path) :
				  bpf_probe_read_user_str(to, size, (void *)path);
}

/* Appends the given path at `at`, in front of which its directory's path is put
 * where it is relative. Returns the bytes that were added; 0: it could not be read; more than
 * LL_PATH_MAX: it is too long. */
static __noinline u32 append_given(struct task_struct *task, struct task_identity *identity, u32 at,
				   u64 path, s32 directory)
{
	struct scratch *area = scratch(0);
	u32 length = 0;
	char start[2] = {};
	struct vfsmount *mount;
	struct dentry *dentry;
	if (!area || at > AREA_A_END + GIVEN_MAX)
		return 0;
	read_given(start, sizeof(start), path, area->told.result);
	char first = start[0];
	int is_within = area->told.path_flags & LL_PATH_IN_DIRECTORY;
	if (first == '/' && !is_within) {
		/* A task may have a root of its own. */
		mount = BPF_CORE_READ(task, fs, root.mnt);
		dentry = BPF_CORE_READ(task, fs, root.dentry);
	} else if (directory == AT_FDCWD) {
		mount = BPF_CORE_READ(task, fs, pwd.mnt);
		dentry = BPF_CORE_READ(task, fs, pwd.dentry);
	} else {
		struct file *file = file_of(task, directory);
		if (!file)
			return 0;
		mount = BPF_CORE_READ(file, f_path.mnt);
		dentry = BPF_CORE_READ(file, f_path.dentry);
	}
	length = resolve_path(mount, dentry, AREA_B_END, 0, identity->home_namespace);
	if (!length || length > LL_PATH_MAX - 1)
		return LL_PATH_MAX + 1;
	/* The root's own slash, or the one that is put in between, stands once. */
	if (length == 1)
		length = 0;
	bpf_probe_read_kernel(area->bytes + BOUNDED(at, 0x3fff), length & 0xfff,
			      area->bytes + (AREA_B_END - (length & 0xfff)));
	for (u32 i = is_within ? 2 : first != '/'; i; i--) {
		u32 slash = BOUNDED(at, 0x3fff) + length;
		if (slash < SCRATCH_SIZE)
			area->bytes[slash] = '/';
		length += 1;
	}
	u32 place = BOUNDED(at, 0x3fff) + length;
	if (place > AREA_A_END + 2 * GIVEN_MAX)
		return LL_PATH_MAX + 1;
	long got = read_given(area->bytes + place, GIVEN_MAX, path, area->told.result);
	if (got <= 0)
		return 0;
	return length + got - 1;
}

/* Appends the path of an object. Returns the bytes that were added. */
static __noinline u32 append_object(struct task_identity *identity, u32 at, struct vfsmount *mount,
				    struct dentry *dentry)
{
	struct scratch *area = scratch(0);
	if (!area || at > AREA_A_END + GIVEN_MAX)
		return 0;
	u32 length = resolve_path(mount, dentry, AREA_B_END, 0, identity->home_namespace);
	if (!length || length > LL_PATH_MAX - 1)
		return 0;
	bpf_probe_read_kernel(area->bytes + BOUNDED(at, 0x3fff), length & 0xfff,
			      area->bytes + (AREA_B_END - (length & 0xfff)));
	return length;
}

/* What a call asks of an open file that it changes. */
static __always_inline u32 late_access(u32 operation)
{
	return operation == LL_OPERATION_TRUNCATE ? LL_ACCESS_WRITE :
	       operation == LL_OPERATION_MKNOD    ? LL_ACCESS_CREATE :
						    LL_ACCESS_METADATA;
}

/* Judges what a call has done to the object of area 0's touch: the last means where no gate is.
 * Global, so that the verifier reads it once. */
__noinline int judge_late(struct task_identity *identity, u32 want)
{
	struct task_struct *task = current_task();
	struct judgement j;
	struct scratch *area = scratch(0);
	if (!identity || !area)
		return 0;
	begin_judgement(&j, identity->slot);
	if (!j.word)
		return 0;
	struct dentry *dentry = (struct dentry *)area->touch.key.dentry;
	u32 length =
		resolve_path(area->touch.mount, dentry, AREA_A_END, 0, identity->home_namespace);
	/* Pipes, sockets and memfds have no name that a rule could hold. */
	if (length == 0 || length > LL_PATH_MAX ||
	    (area->bytes[AREA_A_END - length] != '/' && !area->outside))
		return 0;
	judge_object(task, identity, &j, QUESTION(LL_DIMENSION_FILE, want, 0), length);
	j.flags |= LL_DEVIATION_LATE;
	if (j.deviating)
		respond(task, identity, &j, LL_DIMENSION_FILE, 0, length, 0);
	return 0;
}

/* How the task sees paths. Its root's path is written where append_given() writes. */
static __noinline u32 view_of(struct task_struct *task, struct task_identity *identity)
{
	u32 flags = LL_PATH_AS_GIVEN;
	if (identity->home_namespace &&
	    (u64)BPF_CORE_READ(task, nsproxy, mnt_ns) != identity->home_namespace)
		flags |= LL_PATH_OTHER_NAMESPACE;
	if (resolve_path(BPF_CORE_READ(task, fs, root.mnt), BPF_CORE_READ(task, fs, root.dentry),
			 AREA_B_END, 0, 0) > 1)
		flags |= LL_PATH_OTHER_ROOT;
	return flags;
}

static __always_inline void begin_operation(struct ll_file_operation *told, u32 operation,
					    s32 result)
{
	told->operation = operation;
	told->result = result;
	told->argument = told->path_flags = 0;
	told->path_length = told->second_path_length = 0;
}

/* The first path stands from AREA_A_END on, the second behind it. */
static __noinline int deliver_operation(struct task_struct *task, struct task_identity *identity)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	struct ll_file_operation *told = &area->told;
	u32 first = told->path_length, second = told->second_path_length;
	int is_done = told->result == 0 || IS_BEGUN(told->result);
	if (!first || first > LL_PATH_MAX || second > LL_PATH_MAX) {
		count_lost(identity->slot, first ? LL_LOSS_TOO_LONG : LL_LOSS_UNREADABLE,
			   LL_KIND_FILE_OPERATION);
		if (!first || !is_done || !(told->path_flags & LL_PATH_AS_GIVEN))
			return 0;
		/* What cannot be named is judged even so. */
		first = second = 0;
	}
	struct ll_file_operation *record =
		(void *)(area->bytes + AREA_A_END - sizeof(struct ll_file_operation));
	u32 size = sizeof(*record) + first + second;
	fill_header(&record->header, identity, task, LL_KIND_FILE_OPERATION, size);
	record->operation = told->operation;
	record->result = told->result;
	record->argument = told->argument;
	record->path_length = first;
	record->second_path_length = second;
	record->path_flags = told->path_flags;
	record->origin = identity->origin | (is_serving(task, identity) ? LL_ORIGIN_SERVING : 0);
	/* What user space is to judge, it is to judge at once. */
	int is_awaited = told->path_flags & LL_PATH_AS_GIVEN && is_done &&
			 container_word(identity->slot) & LL_CONTAINER_ENFORCE;
	deliver_as(identity->slot, LL_KIND_FILE_OPERATION, record, BOUNDED(size, 0x3fff),
		   is_awaited);
	return 0;
}

/* A bound AF_UNIX socket has made a file. */
static __always_inline int on_socket_file(struct task_struct *task, struct task_identity *identity,
					  struct sock *sk)
{
	struct scratch *area = scratch(0);
	if (!area || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
		return 0;
	struct dentry *dentry = BPF_CORE_READ((struct unix_sock *)sk, path.dentry);
	struct vfsmount *mount = BPF_CORE_READ((struct unix_sock *)sk, path.mnt);
	if (!dentry)
		return 0;
	begin_operation(&area->told, LL_OPERATION_MKNOD, 0);
	area->told.path_length = append_object(identity, AREA_A_END, mount, dentry);
	deliver_operation(task, identity);
	area->touch.mount = mount;
	area->touch.key.dentry = (u64)dentry;
	return judge_late(identity, LL_ACCESS_CREATE);
}

/* An open file was changed, as the operation that was begun says. */
static __always_inline int on_changed_file(struct task_identity *identity, struct file *file)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	struct vfsmount *mount = BPF_CORE_READ(file, f_path.mnt);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	area->told.path_length = append_object(identity, AREA_A_END, mount, dentry);
	deliver_operation(current_task(), identity);
	if (area->told.result != 0)
		return 0;
	area->touch.mount = mount;
	area->touch.key.dentry = (u64)dentry;
	return judge_late(identity, late_access(area->told.operation));
}

/* Whether a link as the last name of the first path is the object. */
static __always_inline int is_link_itself(const struct path_call *call, u64 *arguments, s32 result)
{
	u32 flags = call->flags ? (u32)arguments[(call->flags - 1) & 7] : 0;
	if (flags & AT_EMPTY_PATH) {
		char start[2] = {};
		read_given(start, sizeof(start), arguments[call->path & 7], result);
		/* The descriptor's own object. */
		if (!start[0])
			return 1;
	}
	return flags & AT_SYMLINK_NOFOLLOW || (call->itself && !(flags & AT_SYMLINK_FOLLOW));
}

static __always_inline int on_path_call(struct task_struct *task, struct task_identity *identity,
					const struct path_call *call, s32 result)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	u64 *arguments = area->arguments;
	struct ll_file_operation *told = &area->told;
	begin_operation(told, call->operation, result);
	told->argument = call->argument < 6 ? (u32)arguments[call->argument & 7] : 0;
	if (call->is_descriptor) {
		struct file *file = file_of(task, arguments[0]);
		return file ? on_changed_file(identity, file) : deliver_operation(task, identity);
	}
	s32 directory = call->directory < 6 ? (s32)arguments[call->directory & 7] : AT_FDCWD;
	told->path_flags = view_of(task, identity);
	if (is_link_itself(call, arguments, result))
		told->path_flags |= LL_PATH_LINK_ITSELF;
	if (call->operation == LL_OPERATION_OPEN && arguments[3] & RESOLVE_IN_ROOT)
		told->path_flags |= LL_PATH_IN_DIRECTORY;
	/* Whatever does it sees paths as nobody here can. */
	u32 first = IS_BEGUN(result) && identity->has_parted ?
			    LL_PATH_MAX + 1 :
			    append_given(task, identity, AREA_A_END, arguments[call->path & 7],
					 directory);
	if (call->second_path < 6 && first <= GIVEN_MAX) {
		directory = call->second_directory < 6 ?
				    (s32)arguments[call->second_directory & 7] :
				    AT_FDCWD;
		told->second_path_length =
			append_given(task, identity, AREA_A_END + first,
				     arguments[call->second_path & 7], directory);
	}
	told->path_length = first;
	return deliver_operation(task, identity);
}

#endif
