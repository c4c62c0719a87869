/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Gates for calls that change names and attributes: what comes into being asks for
 * `create`, what goes for `delete`, truncating for `write`, mode, owner and extended
 * attributes for `metadata`. Where the kernel follows a call's path to its object it
 * asks here, whatever the caller wrote and by whatever way it called.
 */
#ifndef LOADLINE_NAMEGATES_H
#define LOADLINE_NAMEGATES_H

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

/* What io_uring opens is answered at once, as no return of a call tells of it. */
static __always_inline int gate_creation(struct path *directory, struct dentry *dentry)
{
	u32 want = LL_ACCESS_CREATE;
	if (is_in_lookup(dentry) && is_open(current_class(current_task())))
		want |= MAY_BE_THERE;
	return gate_name(directory->mnt, dentry, want);
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
	if (gate_name(old_directory->mnt, old, from))
		return 1;
	return gate_name(new_directory->mnt, new,
			 new->d_inode ? LL_ACCESS_CREATE | LL_ACCESS_DELETE : LL_ACCESS_CREATE);
}

/* Under its second name a file is judged by that name's rules, so who links must be allowed
 * what those could give: to read and to write it. A file that has no name yet was judged
 * when it was made (O_TMPFILE). Both names lie on one mount. */
static __always_inline int gate_link(struct dentry *old, struct path *directory, struct dentry *new)
{
	if (old->d_inode->i_nlink &&
	    gate_name(directory->mnt, old, LL_ACCESS_READ | LL_ACCESS_WRITE))
		return 1;
	return gate_name(directory->mnt, new, LL_ACCESS_CREATE);
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
	return keep_pin(dentry) || gate_name(mount, dentry, LL_ACCESS_DELETE);
}

GATE(path_mknod, gate_creation(DIRECTORY, (void *)ctx[1]))
GATE(path_mkdir, gate_name(DIRECTORY->mnt, (void *)ctx[1], LL_ACCESS_CREATE))
GATE(path_symlink, gate_name(DIRECTORY->mnt, (void *)ctx[1], LL_ACCESS_CREATE))
GATE(path_unlink, gate_removal(DIRECTORY->mnt, (void *)ctx[1]))
GATE(path_rmdir, gate_removal(DIRECTORY->mnt, (void *)ctx[1]))
GATE(path_rename,
     gate_rename((void *)ctx[0], (void *)ctx[1], (void *)ctx[2], (void *)ctx[3], ctx[4]))
GATE(path_link, gate_link((void *)ctx[0], (void *)ctx[1], (void *)ctx[2]))
GATE(path_truncate, gate_object((void *)ctx[0], LL_ACCESS_WRITE))
GATE(path_chmod, gate_object((void *)ctx[0], LL_ACCESS_METADATA))
GATE(path_chown, gate_object((void *)ctx[0], LL_ACCESS_METADATA))
GATE(inode_setxattr, gate_attribute((void *)ctx[1]))
GATE(inode_removexattr, gate_attribute((void *)ctx[1]))
/* From 6.2 on; before, ftruncate asks path_truncate and access lists are attributes. */
GATE(file_truncate, gate_object(&((struct file *)ctx[0])->f_path, LL_ACCESS_WRITE))
GATE(inode_set_acl, gate_attribute((void *)ctx[1]))
GATE(inode_remove_acl, gate_attribute((void *)ctx[1]))

#endif
