/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
 *
 * Rare acts by number: the objects of LL_DIMENSION_ACT. One for each thing that an attacker
 * gains, below 64. SysFlow.Act has their names.
 */
#ifndef LOADLINE_ACTS_ABI_H
#define LOADLINE_ACTS_ABI_H

#define LL_ACT_UNSHARE 1             /* 1 to 8: a namespace of its own, by unshare or clone */
#define LL_ACT_SETNS 9               /* 9 to 16: another's namespace, by setns */
#define LL_ACT_PTRACE 17             /* attach, seize, or be traced */
#define LL_ACT_FOREIGN_MEMORY 18     /* process_vm_readv, process_vm_writev */
#define LL_ACT_FOREIGN_DESCRIPTOR 19 /* pidfd_getfd */
#define LL_ACT_ANONYMOUS_CODE 20     /* memory that no file holds, or that was written, run */
#define LL_ACT_MOUNT 21              /* the mount tree changed, or a mount made */
#define LL_ACT_CHROOT 22
#define LL_ACT_BPF 23
#define LL_ACT_MODULE 24 /* loaded or removed */
#define LL_ACT_IO_URING 25
#define LL_ACT_RAW_SOCKET 26
#define LL_ACT_PACKET_SOCKET 27
#define LL_ACT_VSOCK 28
#define LL_ACT_RARE_SOCKET 29 /* of another family or protocol than most programs know */
#define LL_ACT_USERFAULTFD 30
#define LL_ACT_PERF 31
#define LL_ACT_KEYRING 32
#define LL_ACT_MACHINE 33 /* kexec, reboot, swap, ports */
#define LL_ACT_HANDLE 34  /* open_by_handle_at */
#define LL_ACT_SIGNAL_OUTSIDE 35
#define LL_ACT_SOCKET_OUTSIDE 36 /* abstract AF_UNIX, of a process outside the container */
#define LL_ACT_COUNT 37

/* The kinds of namespaces, in the order of their acts. */
#define LL_NAMESPACE_KIND_MOUNT 0
#define LL_NAMESPACE_KIND_CGROUP 1
#define LL_NAMESPACE_KIND_UTS 2
#define LL_NAMESPACE_KIND_IPC 3
#define LL_NAMESPACE_KIND_USER 4
#define LL_NAMESPACE_KIND_PID 5
#define LL_NAMESPACE_KIND_NET 6
#define LL_NAMESPACE_KIND_TIME 7

#endif
