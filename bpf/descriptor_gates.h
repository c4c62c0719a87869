/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Gates for what is done with an open descriptor, whoever has opened it: reading, writing, mapping,
 * receiving. A file's use is judged once for each process image and remembered.
 */
#ifndef LOADLINE_DESCRIPTOR_GATES_H
#define LOADLINE_DESCRIPTOR_GATES_H

#include "act_gates.h"

#define MAY_WRITE 2u
#define MAY_READ 4u
#define MAY_APPEND 8u

static __always_inline int gate_touch(struct task_struct *task, struct task_identity *identity,
				      struct file *file, struct touch *touch)
{
	if (is_decided_before(touch, task, identity) || is_below_a_stack(file))
		return 0;
	return judge_touch_at_gate(identity, touch);
}

#define TERMINALS_FROM 136u /* majors of pseudo terminals */
#define TERMINALS_TO 143u
#define CONSOLES 4u /* and 5 */

/* Who waits for somebody to type asks to read, and is learned by what was read. */
static __always_inline int is_terminal(struct touch *touch)
{
	struct inode___device *device = (void *)touch->inode;
	if ((touch->inode_mode & S_IFMT) != S_IFCHR)
		return 0;
	u32 major = BPF_CORE_READ(device, i_rdev) >> 20;
	return (major >= TERMINALS_FROM && major <= TERMINALS_TO) || major == CONSOLES ||
	       major == CONSOLES + 1;
}

/* Pipes and directories were judged when they were opened. A program that is opened to be executed
 * is read by the kernel, and judged as that. splice and sendfile ask here of a socket, too. */
static __always_inline int gate_transfer(struct file *file, u32 mask)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct touch touch;
	if (!identity || file->f_flags & OPENED_FOR_EXEC)
		return 0;
	int has_path = touch_of_file(&touch, file, task, identity, -1);
	u32 type = touch.inode_mode & S_IFMT;
	if (type == S_IFSOCK)
		return gate_passed(task, identity, sock_of_file(file));
	if (!has_path || type == S_IFIFO || type == S_IFDIR || is_terminal(&touch))
		return 0;
	touch.want = USE((mask & MAY_READ ? LL_ACCESS_READ : 0) |
			 (mask & (MAY_WRITE | MAY_APPEND) ? LL_ACCESS_WRITE : 0));
	return gate_touch(task, identity, file, &touch);
}

/* Not in an exec, which maps its image as that says. */
static __noinline int gate_mapped_file(struct task_struct *task, struct task_identity *identity,
				       struct file *file, u32 protection)
{
	struct touch touch;
	if (!touch_of_file(&touch, file, task, identity, -1))
		return 0;
	touch.want = USE(touch.key.mode & (FMODE_READ | FMODE_WRITE));
	if (protection & PROT_EXEC) {
		touch.want |= LL_ACCESS_MAP;
		touch.fd = mapped_descriptor();
	}
	return gate_touch(task, identity, file, &touch);
}

/* Huge pages that no file holds are a file of the kernel's own. */
#define HUGETLBFS_MAGIC 0x958458f6
static __noinline int is_anonymous(struct file *file)
{
	if (!file)
		return 1;
	return BPF_CORE_READ(file, f_path.dentry, d_sb, s_magic) == HUGETLBFS_MAGIC &&
	       BPF_CORE_READ(file, f_path.dentry, d_sb, s_flags) & SB_KERNMOUNT;
}

static __always_inline int gate_map(struct file *file, u32 protection)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	if (!identity)
		return 0;
	if (is_anonymous(file))
		return gate_memory(identity, protection, 1);
	if (gate_memory(identity, protection, 0))
		return 1;
	u32 class = current_class(task);
	return file && (class == CALL_MMAP || class == CALL_OLD_MMAP) &&
	       gate_mapped_file(task, identity, file, protection);
}

/* A message that has come on a connection that was passed in. */
static __always_inline int gate_receive(struct socket *socket)
{
	struct task_struct *task = current_task();
	struct task_identity *identity = running_identity(task);
	struct sock *sk = socket->sk;
	return identity && sk && gate_passed(task, identity, sk);
}

GATE(file_permission, gate_transfer((void *)ctx[0], ctx[1]))
GATE(mmap_file, gate_map((void *)ctx[0], ctx[1]))
GATE(socket_recvmsg, gate_receive((void *)ctx[0]))

/* What a gate could not know: open has returned. For io_uring's opens, too. */
SEC("?fexit/do_filp_open")
int on_opened(u64 *ctx)
{
	struct task_struct *task = current_task();
	if (!is_watched(task->pid) && !(task->flags & PF_IO_WORKER))
		return 0;
	struct task_identity *identity = identity_of(task);
	u64 file_or_error = 0;
	if (identity && identity->refused_create && !bpf_get_func_ret(ctx, &file_or_error))
		settle_create(identity, file_or_error);
	return 0;
}

/* The one act that no security function is asked about in any way. */
static __always_inline int on_personality(u32 persona)
{
	struct task_identity *identity = running_identity(current_task());
	if (identity && implies_execution(persona))
		judge_use(identity, LL_DIMENSION_ACT, LL_ACT_ANONYMOUS_CODE,
			  USE_JUDGE | only_refusing(), 0);
	return 0;
}

SEC("?fexit/__x64_sys_personality")
int on_personality_x64(u64 *ctx)
{
	struct pt_regs *regs = (void *)ctx[0];
	return on_personality(regs->di);
}

SEC("?fexit/__ia32_sys_personality")
int on_personality_ia32(u64 *ctx)
{
	struct pt_regs *regs = (void *)ctx[0];
	return on_personality(regs->bx);
}

#endif
