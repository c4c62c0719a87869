/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Gates for calls that change names and attributes: what comes into being asks for
 * `create`, what goes for `delete`, truncating for `write`, mode, owner and extended
 * attributes for `metadata`. Where the kernel follows a call's path to its object it
 * asks here, whatever the caller wrote and by whatever way it called.
 */
#ifndef LOADLINE_NAMEGATES_H
#define LOADLINE_NAMEGATES_H

#include "capabilities.h"
#include "gates.h"
#include "keeping.h"
#include "mounts.h"

#define RENAME_EXCHANGE 2u
#define RENAME_WHITEOUT 4u

static __always_inline int gate_name(struct vfsmount *mount, struct dentry *dentry, u32 want)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity)
		return 0;
	return judge_at_gate(task, identity, mount, dentry, QUESTION(LL_DIMENSION_FILE, want, 0));
}

/* The functions that are told of a path are asked before the kernel looks at its permissions; what
 * fails for those nobody learns of. So they only remember, and it is judged where the kernel has
 * looked, which is told of the name alone. */
static __always_inline int remember_name(u32 number, struct vfsmount *mount, struct dentry *dentry,
					 u32 want)
{
	struct task_identity *identity = running_identity(current_task());
	if (!identity)
		return 0;
	struct named_object *name = &identity->names[number & 1];
	name->mount = (u64)mount;
	name->dentry = (u64)dentry;
	name->want = want;
	if (!number)
		identity->names[1].dentry = 0;
	return 0;
}

/* What a stacked file system does in its layers is on another file system, and was not remembered.
 */
static __always_inline int gate_remembered(struct dentry *dentry)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity)
		return 0;
	struct named_object first = identity->names[0], second = identity->names[1];
	struct vfsmount *mount = (void *)first.mount;
	if (!first.dentry || (first.dentry != (u64)dentry && second.dentry != (u64)dentry) ||
	    BPF_CORE_READ(mount, mnt_root, d_sb) != BPF_CORE_READ(dentry, d_sb))
		return 0;
	identity->names[0].dentry = identity->names[1].dentry = 0;
	if (judge_at_gate(task, identity, mount, (void *)first.dentry,
			  QUESTION(LL_DIMENSION_FILE, (u32)first.want, 0)))
		return 1;
	return second.dentry &&
	       judge_at_gate(task, identity, (void *)second.mount, (void *)second.dentry,
			     QUESTION(LL_DIMENSION_FILE, (u32)second.want, 0));
}

/* An open by a system call may find the name there (creating.h). What io_uring opens is answered at
 * once, as no return of a call tells of it. */
static __always_inline int gate_creation(struct path *directory, struct dentry *dentry)
{
	u32 want = LL_ACCESS_CREATE;
	if (is_in_lookup(dentry) && is_open(current_class(current_task())))
		want |= MAY_BE_THERE;
	return remember_name(0, directory->mnt, dentry, want);
}

/* An exchange makes and removes both names; a whiteout stands where the old name was. */
static __always_inline int gate_rename(struct path *old_directory, struct dentry *old,
				       struct path *new_directory, struct dentry *new, u32 flags)
{
	if (keep_pin(old) || keep_pin(new))
		return 1;
	u32 from = LL_ACCESS_DELETE;
	if (flags & (RENAME_EXCHANGE | RENAME_WHITEOUT))
		from |= LL_ACCESS_CREATE;
	remember_name(0, old_directory->mnt, old, from);
	return remember_name(1, new_directory->mnt, new,
			     new->d_inode ? LL_ACCESS_CREATE | LL_ACCESS_DELETE : LL_ACCESS_CREATE);
}

/* Under its second name a file is judged by that name's rules, so who links must be allowed
 * what those could give: to read and to write it. A file that has no name yet was judged
 * when it was made (O_TMPFILE). Both names lie on one mount. */
static __always_inline int gate_link(struct dentry *old, struct path *directory, struct dentry *new)
{
	u32 first = 0;
	if (old->d_inode->i_nlink) {
		remember_name(0, directory->mnt, old, LL_ACCESS_READ | LL_ACCESS_WRITE);
		first = 1;
	}
	return remember_name(first, directory->mnt, new, LL_ACCESS_CREATE);
}

/* Pipes, sockets, memfds: nothing that a rule could name. */
static __always_inline int is_nameless(struct dentry *dentry)
{
	return (dentry->d_sb->s_flags & SB_KERNMOUNT) != 0;
}

static __always_inline int gate_object(struct path *path, u32 want)
{
	return is_nameless(path->dentry) ? 0 : gate_name(path->mnt, path->dentry, want);
}

/* Extended attributes and access lists: the kernel tells the file and not by which mount it was
 * found, so it is judged as the container sees it. What the container does not see is
 * overlayfs' work in its layers, or was reached by leaving: that the agent judges. */
static __always_inline int gate_attribute(struct dentry *dentry)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity || is_nameless(dentry) || !(container_word(identity->slot) >> 32))
		return 0;
	struct vfsmount *mount = mount_in(dentry, identity->home_namespace);
	if (!mount)
		return 0;
	return judge_at_gate(task, identity, mount, dentry,
			     QUESTION(LL_DIMENSION_FILE, LL_ACCESS_METADATA, 0));
}

#define DIRECTORY ((struct path *)ctx[0])

static __always_inline int gate_removal(struct vfsmount *mount, struct dentry *dentry)
{
	return keep_pin(dentry) || remember_name(0, mount, dentry, LL_ACCESS_DELETE);
}

struct inode___owned {
	kuid_t i_uid;
} __attribute__((preserve_access_index));

struct cred___filing {
	kuid_t fsuid;
} __attribute__((preserve_access_index));

#define CAP_CHOWN 0
#define CAP_FOWNER 3
#define UNCHANGED ((u32)-1) /* an owner or group */

static __always_inline int is_owner(struct cred *cred, u32 owner)
{
	return BPF_CORE_READ((struct cred___filing *)cred, fsuid.val) == owner;
}

static __always_inline u32 owner_of(struct dentry *dentry)
{
	return BPF_CORE_READ((struct inode___owned *)dentry->d_inode, i_uid.val);
}

static __always_inline int has_own_capability(struct cred *cred, u32 capability)
{
	return has_capability(cred, BPF_CORE_READ(cred, user_ns), capability);
}

/* Mode, owner and access lists are asked about before the kernel looks whose the file is, and
 * nothing is asked after it: who will be refused there is refused here, without a word. */
static __always_inline int refuse_as_kernel(void)
{
	struct task_identity *identity = running_identity(current_task());
	struct judgement j;
	if (!identity)
		return 0;
	begin_judgement(&j, identity->slot);
	return j.word && j.enforce && policy_action(j.word, LL_DIMENSION_FILE) != LL_ACTION_ALERT;
}

/* Whether the kernel will not let the current task change mode or access lists. */
static __always_inline int is_others(struct dentry *dentry)
{
	struct cred *cred = (void *)current_task()->cred;
	return !is_owner(cred, owner_of(dentry)) && !has_own_capability(cred, CAP_FOWNER);
}

static __always_inline int gate_mode(struct path *path)
{
	return is_others(path->dentry) ? refuse_as_kernel() : gate_object(path, LL_ACCESS_METADATA);
}

/* Without the capability only the own group can be changed, to one that the task is in. */
static __always_inline int gate_owner(struct path *path, u32 user, u32 group)
{
	struct cred *cred = (void *)current_task()->cred;
	u32 owner = owner_of(path->dentry);
	if (((user != UNCHANGED && (user != owner || !is_owner(cred, owner))) ||
	     (group != UNCHANGED && !is_owner(cred, owner))) &&
	    !has_own_capability(cred, CAP_CHOWN))
		return refuse_as_kernel();
	return gate_object(path, LL_ACCESS_METADATA);
}

static __always_inline int gate_access_list(struct dentry *dentry)
{
	return is_others(dentry) ? refuse_as_kernel() : gate_attribute(dentry);
}

GATE(path_mknod, gate_creation(DIRECTORY, (void *)ctx[1]))
GATE(path_mkdir, remember_name(0, DIRECTORY->mnt, (void *)ctx[1], LL_ACCESS_CREATE))
GATE(path_symlink, remember_name(0, DIRECTORY->mnt, (void *)ctx[1], LL_ACCESS_CREATE))
GATE(path_unlink, gate_removal(DIRECTORY->mnt, (void *)ctx[1]))
GATE(path_rmdir, gate_removal(DIRECTORY->mnt, (void *)ctx[1]))
GATE(path_rename,
     gate_rename((void *)ctx[0], (void *)ctx[1], (void *)ctx[2], (void *)ctx[3], ctx[4]))
GATE(path_link, gate_link((void *)ctx[0], (void *)ctx[1], (void *)ctx[2]))
GATE(inode_create, gate_remembered((void *)ctx[1]))
GATE(inode_mknod, gate_remembered((void *)ctx[1]))
GATE(inode_mkdir, gate_remembered((void *)ctx[1]))
GATE(inode_symlink, gate_remembered((void *)ctx[1]))
GATE(inode_unlink, gate_remembered((void *)ctx[1]))
GATE(inode_rmdir, gate_remembered((void *)ctx[1]))
GATE(inode_rename, gate_remembered((void *)ctx[1]))
GATE(inode_link, gate_remembered((void *)ctx[2]))
GATE(path_truncate, gate_object((void *)ctx[0], LL_ACCESS_WRITE))
GATE(path_chmod, gate_mode((void *)ctx[0]))
GATE(path_chown, gate_owner((void *)ctx[0], ctx[1], ctx[2]))
GATE(inode_setxattr, gate_attribute((void *)ctx[1]))
GATE(inode_removexattr, gate_attribute((void *)ctx[1]))
/* From 6.2 on; before, ftruncate asks path_truncate and access lists are attributes. */
GATE(file_truncate, gate_object(&((struct file *)ctx[0])->f_path, LL_ACCESS_WRITE))
GATE(inode_set_acl, gate_access_list((void *)ctx[1]))
GATE(inode_remove_acl, gate_access_list((void *)ctx[1]))

#endif
