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
static __always_inline int gate_attribute(struct dentry *dentry, u32 how)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity || is_nameless(dentry) || !(container_word(identity->slot) >> 32))
		return 0;
	struct vfsmount *mount = mount_in(dentry, identity->home_namespace);
	if (!mount)
		return 0;
	return judge_at_gate(task, identity, mount, dentry,
			     QUESTION(LL_DIMENSION_FILE, LL_ACCESS_METADATA | how, 0));
}

#define DIRECTORY ((struct path *)ctx[0])
#define OBJECT ((struct path *)ctx[0])
#define DENTRY ((struct dentry *)ctx[1])

static __always_inline int gate_removal(struct vfsmount *mount, struct dentry *dentry)
{
	return keep_pin(dentry) || remember_name(0, mount, dentry, LL_ACCESS_DELETE);
}

struct inode___owned {
	kuid_t i_uid;
	kuid_t i_gid;
} __attribute__((preserve_access_index));

struct group_info___listed {
	int ngroups;
	kuid_t gid[0];
} __attribute__((preserve_access_index));

struct cred___filing {
	kuid_t fsuid;
	kuid_t fsgid;
	struct group_info___listed *group_info;
} __attribute__((preserve_access_index));

#define CAP_CHOWN 0
#define CAP_FOWNER 3
#define UNCHANGED ((u32)-1) /* an owner or group */
#define GROUPS_MAX 32       /* who is in more is taken to be in any */

static __always_inline struct cred___filing *filing_cred(void)
{
	return (void *)current_task()->cred;
}

static __always_inline int is_owner(u32 owner)
{
	return BPF_CORE_READ(filing_cred(), fsuid.val) == owner;
}

static __always_inline int is_in_group(u32 group)
{
	struct group_info___listed *info = BPF_CORE_READ(filing_cred(), group_info);
	int count = BPF_CORE_READ(info, ngroups);
	void *groups = (void *)info + bpf_core_field_offset(struct group_info___listed, gid);
	if (BPF_CORE_READ(filing_cred(), fsgid.val) == group || count > GROUPS_MAX)
		return 1;
	for (int i = 0; i < GROUPS_MAX; i++) {
		u32 one = 0;
		if (i >= count)
			break;
		bpf_probe_read_kernel(&one, sizeof(one), groups + i * sizeof(one));
		if (one == group)
			return 1;
	}
	return 0;
}

static __always_inline int has_own_capability(u32 capability)
{
	struct cred *cred = (void *)current_task()->cred;
	return has_capability(cred, BPF_CORE_READ(cred, user_ns), capability);
}

/* Mode, owner and access lists are asked about before the kernel looks whose the file is, and
 * nothing is asked after it. Who has no right is refused what deviates without a word, as the
 * kernel would: nobody learns of it. */
static __always_inline u32 right_to_mode(struct dentry *dentry)
{
	u32 owner = BPF_CORE_READ((struct inode___owned *)dentry->d_inode, i_uid.val);
	return is_owner(owner) || has_own_capability(CAP_FOWNER) ? 0 : HAS_NO_RIGHT;
}

/* Without the capability only the own file's group can be changed, to one that the task is in.
 * Not inlined: its loop is verified once for each caller. */
static __noinline u32 right_to_owner(struct dentry *dentry, u32 user, u32 group)
{
	struct inode___owned *inode = (void *)BPF_CORE_READ(dentry, d_inode);
	u32 owner = BPF_CORE_READ(inode, i_uid.val);
	int is_own = is_owner(owner);
	if ((user == UNCHANGED || (is_own && user == owner)) &&
	    (group == UNCHANGED ||
	     (is_own && (group == BPF_CORE_READ(inode, i_gid.val) || is_in_group(group)))))
		return 0;
	return has_own_capability(CAP_CHOWN) ? 0 : HAS_NO_RIGHT;
}

#define SYSTEM_P 0x702e6d6574737973ull /* "system.p", as it stands in memory */

/* Access lists are extended attributes before 6.2; who may write others the kernel has looked at.
 */
static __always_inline int gate_named_attribute(struct dentry *dentry, const char *name)
{
	u64 head = 0;
	bpf_probe_read_kernel(&head, sizeof(head), name);
	return gate_attribute(dentry, head == SYSTEM_P ? right_to_mode(dentry) : 0);
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
GATE(path_truncate, gate_object(OBJECT, LL_ACCESS_WRITE))
GATE(path_chmod, gate_object(OBJECT, LL_ACCESS_METADATA | right_to_mode(OBJECT->dentry)))
GATE(path_chown,
     gate_object(OBJECT, LL_ACCESS_METADATA | right_to_owner(OBJECT->dentry, ctx[1], ctx[2])))
GATE(inode_setxattr, gate_named_attribute((void *)ctx[1], (void *)ctx[2]))
GATE(inode_removexattr, gate_named_attribute((void *)ctx[1], (void *)ctx[2]))
/* From 6.2 on; before, ftruncate asks path_truncate and access lists are attributes. */
GATE(file_truncate, gate_object(&((struct file *)ctx[0])->f_path, LL_ACCESS_WRITE))
GATE(inode_set_acl, gate_attribute(DENTRY, right_to_mode(DENTRY)))
GATE(inode_remove_acl, gate_attribute(DENTRY, right_to_mode(DENTRY)))

#endif
