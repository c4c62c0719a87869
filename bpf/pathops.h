/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Calls that name their object by path and leave no descriptor behind: mkdir,
 * rename, unlink and their kin. At a system call's return only the caller's
 * string is left; it is joined to the directory that it was relative to, and the
 * record says so (LL_PATH_AS_GIVEN). The trampoline modes see the object itself.
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
	u8 reserved[2];
};

#define GIVEN_MAX 4096u

/* Appends user's string at `at`, in front of which its directory's path is put
 * where it is relative. Returns the bytes that were added. */
static __noinline u32 append_given(struct task_struct *task, struct task_identity *identity, u32 at,
				   u64 user_path, s32 directory)
{
	struct scratch *area = scratch(0);
	u32 length = 0;
	char first = 0;
	if (!area || at > AREA_A_END + GIVEN_MAX)
		return 0;
	bpf_probe_read_user(&first, 1, (void *)user_path);
	if (first != '/') {
		struct vfsmount *mount;
		struct dentry *dentry;
		if (directory == AT_FDCWD) {
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
			return 0;
		bpf_probe_read_kernel(area->bytes + BOUNDED(at, 0x3fff), length & 0xfff,
				      area->bytes + (AREA_B_END - (length & 0xfff)));
		u32 slash = BOUNDED(at, 0x3fff) + length;
		if (slash < SCRATCH_SIZE)
			area->bytes[slash] = '/';
		length += 1;
	}
	u32 place = BOUNDED(at, 0x3fff) + length;
	if (place > AREA_A_END + 2 * GIVEN_MAX)
		return 0;
	long got = bpf_probe_read_user_str(area->bytes + place, GIVEN_MAX, (void *)user_path);
	if (got <= 0)
		return 0;
	return length + got - 1;
}

/* Appends the path of an open file. Returns the bytes that were added. */
static __noinline u32 append_descriptor(struct task_struct *task, struct task_identity *identity,
					u32 at, s32 descriptor)
{
	struct scratch *area = scratch(0);
	struct file *file = file_of(task, descriptor);
	if (!area || !file || at > AREA_A_END + GIVEN_MAX)
		return 0;
	u32 length =
		resolve_path(BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry),
			     AREA_B_END, 0, identity->home_namespace);
	if (!length || length > LL_PATH_MAX - 1)
		return 0;
	bpf_probe_read_kernel(area->bytes + BOUNDED(at, 0x3fff), length & 0xfff,
			      area->bytes + (AREA_B_END - (length & 0xfff)));
	return length;
}

static __noinline int on_path_call(struct task_struct *task, struct task_identity *identity,
				   const struct path_call *call, u64 *arguments, s32 result)
{
	struct scratch *area = scratch(0);
	if (!area)
		return 0;
	u32 first = 0, second = 0;
	if (call->is_descriptor) {
		first = append_descriptor(task, identity, AREA_A_END, arguments[0]);
	} else {
		s32 directory =
			call->directory < 6 ? (s32)arguments[call->directory & 7] : AT_FDCWD;
		first = append_given(task, identity, AREA_A_END, arguments[call->path & 7],
				     directory);
		if (call->second_path < 6 && first <= GIVEN_MAX) {
			directory = call->second_directory < 6 ?
					    (s32)arguments[call->second_directory & 7] :
					    AT_FDCWD;
			second = append_given(task, identity, AREA_A_END + first,
					      arguments[call->second_path & 7], directory);
		}
	}
	if (!first || first + second > 3 * GIVEN_MAX) {
		count_lost(identity->slot, LL_LOSS_UNREADABLE, LL_KIND_FILE_OPERATION);
		return 0;
	}
	struct ll_file_operation *record =
		(void *)(area->bytes + AREA_A_END - sizeof(struct ll_file_operation));
	u32 size = sizeof(*record) + first + second;
	fill_header(&record->header, identity, task, LL_KIND_FILE_OPERATION, size);
	record->operation = call->operation;
	record->result = result;
	record->argument = call->argument < 6 ? (u32)arguments[call->argument & 7] : 0;
	record->path_length = first;
	record->second_path_length = second;
	record->path_flags = call->is_descriptor ? 0 : LL_PATH_AS_GIVEN;
	record->reserved0 = 0;
	deliver(identity->slot, LL_KIND_FILE_OPERATION, record, BOUNDED(size, 0x3fff));
	return 0;
}

#endif
