/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * The kernel's structs, cut to the fields that are read. CO-RE relocates each
 * access by name against the running kernel's BTF, so order and padding do not
 * matter here.
 */
#ifndef LOADLINE_KERNEL_TYPES_H
#define LOADLINE_KERNEL_TYPES_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "loadline_abi.h"

typedef ll_u8 u8;
typedef ll_u16 u16;
typedef ll_u32 u32;
typedef ll_u64 u64;
typedef ll_s32 s32;
typedef ll_s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct qstr {
	u32 len;
	const unsigned char *name;
};

struct list_head {
	struct list_head *next;
};

struct super_block {
	unsigned long s_flags, s_magic;
	u32 s_dev;
	struct list_head s_mounts;
};

struct mount;

/* Since 6.18. */
struct super_block___single {
	struct mount *s_mounts;
};

typedef struct {
	int counter;
} atomic_t;

struct inode {
	u16 i_mode;
	u32 i_nlink;
	unsigned long i_ino;
	struct super_block *i_sb;
	void *i_private;
	s64 i_size;
	u32 i_generation;
	atomic_t i_writecount; /* below 0: writers are kept away */
};

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

/* Before 6.6, before 6.11, and since. */
struct inode___plain {
	struct timespec64 i_ctime;
};
struct inode___renamed {
	struct timespec64 __i_ctime;
};
struct inode___split {
	s64 i_ctime_sec;
	u32 i_ctime_nsec;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct proc_ns_operations {
	int type; /* before 6.18; CLONE_NEW* */
};

struct ns_common {
	u32 inum;
	u32 ns_type; /* from 6.18 */
	struct proc_ns_operations *ops;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
	struct list_head mnt_instance; /* in super_block.s_mounts */
};

/* Since 6.18. */
struct mount___single {
	struct mount *mnt_next_for_sb;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	u32 f_mode;
	u32 f_flags;
	void *private_data;
	struct inode *f_inode;
	struct path f_path;
};

struct fdtable {
	u32 max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct mm_struct {
	struct file *exe_file;
	unsigned long arg_start;
	unsigned long arg_end;
};

struct kernfs_node {
	u64 id;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup {
	int level;
	struct kernfs_node *kn;
	struct cgroup_root *root;
	struct cgroup *ancestors[1];
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

typedef struct {
	u32 val;
} kuid_t;

struct user_namespace {
	struct user_namespace *parent;
	int level;
	kuid_t owner;
};

/* 64 bits, on all kernels, in whatever they are held. */
struct capability_set {
	u64 val;
};

struct cred {
	kuid_t uid;
	kuid_t gid;
	kuid_t euid;
	kuid_t egid;
	struct capability_set cap_effective;
	struct user_namespace *user_ns;
};

struct tty_struct;

struct signal_struct {
	atomic_t live;
	int group_exit_code;
	struct tty_struct *tty;
};

struct task_struct;

struct pid_namespace {
	struct task_struct *child_reaper; /* its process number 1 */
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	u32 level;
	struct upid numbers[1];
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
};

struct kernel_siginfo {
	int si_signo;
	int si_code;
};

struct thread_info {
	u32 status;
};

struct task_struct {
	struct thread_info thread_info;
	int pid;
	int tgid;
	int exit_code;
	u32 flags, __state;
	u64 start_boottime;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct css_set *cgroups;
	struct cred *cred;
	struct cred *real_cred;
	struct pid *thread_pid;
};

struct linux_binprm {
	struct file *file;
	char buf[256]; /* how the file begins */
};

struct bpf_map {
	u32 id;
};

struct bpf_link {
	u32 id;
};

struct in6_addr {
	u8 in6_u[16];
};

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport;
	u16 skc_num;
	u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_type;
	u16 sk_protocol;
};

struct inet_sock {
	struct sock sk;
	u16 inet_sport; /* network order */
};

struct socket {
	short type;
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	unsigned int msg_flags;
};

struct unix_sock {
	struct sock sk;
	struct path path;
	struct sock *peer;
};

struct pt_regs {
	unsigned long r10, r9, r8, dx, si, di;
	unsigned long bx, cx, bp;
	unsigned long orig_ax;
};

struct bpf_iter_meta;
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/* Loads through a typed pointer cost an instruction where bpf_probe_read_kernel costs
 * a call; both survive a bad address. A pointer that has been a number regains its
 * type here: from map memory, from `void *`, from a table of pointers. The verifier
 * turns the call into a move. */
extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym __weak;

/* Kernels before 6.2 have no such call. There a pointer stays a number, and GET() of
 * it copies. The verifier removes the way that is not taken. */
enum special_kfunc_type {
	KF_bpf_rdonly_cast = 1,
};
#define CAN_CAST bpf_core_enum_value_exists(enum special_kfunc_type, KF_bpf_rdonly_cast)
#define AS(type, pointer)                                                                          \
	((struct type *)(CAN_CAST ? bpf_rdonly_cast((const void *)(pointer),                       \
						    bpf_core_type_id_kernel(struct type)) :        \
				    (void *)(pointer)))
#define GET(pointer, field)                                                                        \
	(CAN_CAST ? (pointer)->field : (typeof((pointer)->field))BPF_CORE_READ(pointer, field))

#define S_IFMT 00170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000

#define FMODE_READ 0x1u
#define FMODE_WRITE 0x2u
#define FMODE_PATH 0x4000u
#define FMODE_CREATED 0x100000u

#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_TRUNC 00001000

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_NETLINK 16
#define AF_PACKET 17
#define AF_VSOCK 40
#define AF_XDP 44
#define MSG_FASTOPEN 0x20000000
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_ICMP 1
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define IPPROTO_MPTCP 262
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3

#define TCP_ESTABLISHED 1
#define TCP_FIN_WAIT1 4
#define TCP_CLOSE 7
#define TCP_LAST_ACK 9
#define TCP_LISTEN 10

#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20
#define TS_COMPAT 2
#define PF_KTHREAD 0x00200000
#define SIGKILL 9
#define SIGCONT 18
#define SIGSTOP 19
#define EPERM 1
#define EFAULT 14
#define EINVAL 22
#define ENOSYS 38
#define EINPROGRESS 115

#endif
