/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Hooks that refuse a call before it takes effect: attach modes `lsm` and
 * `fmod_ret`, which hang the same functions at the same places. What they let
 * through, the tracepoints judge and record as in mode `signal`; so a gate speaks
 * only where it refuses.
 */
#ifndef LOADLINE_GATES_H
#define LOADLINE_GATES_H

#include "adoption.h"
#include "files.h"

/* Returns 0 or -EPERM. The hook can be preempted, so it works in an area of its own. */
static __noinline int judge_at_gate(struct task_struct *task, struct task_identity *identity,
				    struct vfsmount *mount, struct dentry *dentry, u32 question)
{
	struct judgement j;
	u32 dimension = question >> 24 & 0xf;
	begin_judgement(&j, identity->slot);
	if (!j.word || !j.enforce)
		return 0;
	j.action = policy_action(j.word, dimension);
	if (!j.action || j.action == LL_ACTION_ALERT)
		return 0;
	u32 index = take_area();
	/* As many tasks as there are areas were preempted on this CPU within a gate:
	 * what cannot be judged is refused, and the caller may try again. */
	if (!index) {
		count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_VERDICT);
		return -EPERM;
	}
	u32 length = resolve_path(mount, dentry, AREA_A_END, index, identity->home_namespace);
	if (!length)
		count_lost(identity->slot, path_failure(index),
			   dimension == LL_DIMENSION_EXEC ? LL_KIND_EXEC : LL_KIND_FILE_OPEN);
	judge_object(task, identity, &j, question | index << PLACE_SHIFT, length);
	int answer = 0;
	if (j.deviating) {
		respond(task, identity, &j, dimension, index, length, 1);
		answer = -EPERM;
	}
	give_area(index);
	return answer;
}

static __always_inline struct task_identity *gated_identity(struct task_struct *task)
{
	if (!is_watched(task->pid))
		return 0;
	struct task_identity *identity = watched_identity(task);
	return identity && identity->phase == PHASE_RUNNING ? identity : 0;
}

/* Any call that opens a file, once the file is found and before it is opened. */
static __always_inline int gate_open(struct file *file)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = gated_identity(task);
	struct touch touch;
	if (!identity || !touch_of_file(&touch, file, task, identity, -1))
		return 0;
	u32 mode = file->f_mode;
	touch.want = mode & (FMODE_READ | FMODE_WRITE);
	touch.want |= USE(touch.want);
	if (mode & FMODE_CREATED)
		touch.want |= LL_ACCESS_CREATE;
	touch.resolve = 1;
	u32 profile = container_word(identity->slot) >> 32;
	if (!profile)
		return 0;
	/* The table that counts a file's uses remembers what was allowed. */
	struct ll_file_flow *flow = bpf_map_lookup_elem(&file_flows, &touch.key);
	if (flow && is_decided(flow, &touch, identity, generation_of(profile_word(profile))))
		return 0;
	return judge_at_gate(task, identity, touch.mount, (struct dentry *)touch.key.dentry,
			     QUESTION(LL_DIMENSION_FILE, touch.want & USE_MASK, 0));
}

/* A file that is about to be made in a directory, by open or by mknod. */
static __always_inline int gate_create(struct path *directory, struct dentry *dentry, u32 mode)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = gated_identity(task);
	u32 type = mode & S_IFMT;
	if (!identity || (type && type != S_IFREG))
		return 0;
	return judge_at_gate(task, identity, directory->mnt, dentry,
			     QUESTION(LL_DIMENSION_FILE, LL_ACCESS_CREATE, 0));
}

/* An image that is about to be run; for a script this is asked for the script and
 * then for its interpreter, which is what the profile names. */
static __always_inline int gate_exec(struct linux_binprm *program)
{
	struct task_struct *task = current_task();
	struct task_identity *identity =
		is_watched(task->pid) ? watched_identity(task) : adopt_unseen(task);
	if (!identity)
		return 0;
	if (identity->phase == PHASE_SETUP) {
		identity->setup_ends = ends_setup(task, identity, program->file);
		if (!identity->setup_ends)
			return 0;
		identity->home_namespace = (u64)task->nsproxy->mnt_ns;
	}
	if (program->buf[0] == '#' && program->buf[1] == '!')
		return 0;
	struct file *file = program->file;
	return judge_at_gate(task, identity, file->f_path.mnt, file->f_path.dentry,
			     QUESTION(LL_DIMENSION_EXEC, LL_ACCESS_EXECUTE, 0));
}

/* Not loaded unless user space asks: this kernel may refuse the type. */
SEC("?lsm/file_open")
int lsm_file_open(u64 *ctx)
{
	return gate_open((void *)ctx[0]);
}

SEC("?fmod_ret/security_file_open")
int fmod_file_open(u64 *ctx)
{
	return gate_open((void *)ctx[0]);
}

SEC("?lsm/path_mknod")
int lsm_path_mknod(u64 *ctx)
{
	return gate_create((void *)ctx[0], (void *)ctx[1], ctx[2]);
}

SEC("?fmod_ret/security_path_mknod")
int fmod_path_mknod(u64 *ctx)
{
	return gate_create((void *)ctx[0], (void *)ctx[1], ctx[2]);
}

SEC("?lsm/bprm_check_security")
int lsm_bprm_check(u64 *ctx)
{
	return gate_exec((void *)ctx[0]);
}

SEC("?fmod_ret/security_bprm_check")
int fmod_bprm_check(u64 *ctx)
{
	return gate_exec((void *)ctx[0]);
}

#endif
