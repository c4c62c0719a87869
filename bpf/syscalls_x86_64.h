/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * x86-64's system calls by what they are to the sensor, and i386's, which a
 * 64-bit process reaches by int 0x80. x32 has x86-64's numbers with a bit beside
 * them, and from 512 on some of its own. Numbers: arch/x86/entry/syscalls/ in the
 * kernel's source.
 */
#ifndef LOADLINE_SYSCALLS_H
#define LOADLINE_SYSCALLS_H

#include "pathops.h"

#define CALL_NONE 0
#define CALL_OPEN 1    /* returns a descriptor; flags in argument 1 */
#define CALL_OPENAT 2  /* likewise, flags in argument 2 */
#define CALL_OPENAT2 3 /* flags in struct open_how, argument 2 */
#define CALL_CREAT 4
#define CALL_READ 5 /* from the descriptor in argument 0 */
#define CALL_WRITE 6
#define CALL_SENDFILE 7 /* out, in */
#define CALL_SPLICE 8   /* in, -, out */
#define CALL_MMAP 9
#define CALL_ACCEPT 10
#define CALL_CONNECT 11
#define CALL_BIND 12
#define CALL_SHUTDOWN 13
#define CALL_CREDENTIALS 14
#define CALL_SETNS 15
#define CALL_UNSHARE 16
#define CALL_MESSAGES 17 /* recvmmsg, sendmmsg: the result counts messages */
#define CALL_SEND_MESSAGES 18
#define CALL_COPY 19 /* in, -, out */
#define CALL_SOCKET 20
#define CALL_UMOUNT 21 /* changes what paths mean, and is recorded by nothing */
#define CALL_PTRACE 22
#define CALL_PROTECT 23 /* mprotect, pkey_mprotect */
#define CALL_CLONE 24
#define CALL_SHMAT 25
#define CALL_PERSONALITY 26
#define CALL_OPEN_TREE 27
#define CALL_HANDLE 28     /* open_by_handle_at: an open, and an act */
#define CALL_SOCKETCALL 29 /* i386: which call, its arguments in memory */
#define CALL_OLD_MMAP 30   /* i386: its arguments in memory */
#define CALL_IPC 31        /* i386: which call */
#define CALL_PATH 32       /* and up: an index of path_calls */

#define CALL_SUBMIT 62 /* io_submit: reads and writes that it was given */
#define CALL_RING 63   /* io_uring_enter: what it begins the hooks see */
#define CALL_ACT 64    /* and up: whoever calls it commits this act */

/* How many numbers the tables have; the last one is no call's. */
#define CALL_NUMBERS 576
#define X32_CALLS 512

static __always_inline u32 call_number(u64 asked)
{
	u32 number = asked & 1023;
	return number < CALL_NUMBERS ? number : CALL_NUMBERS - 1;
}

#define PATH(i) (CALL_PATH + (i))
#define ACT(name) (CALL_ACT + LL_ACT_##name)

/* clang-format off */
#define NONE NO_ARGUMENT
static const struct path_call path_calls[32] = {
	/* operation, directory, path, second directory, second path, argument, is descriptor,
	 * 1 + argument with AT_*, the link itself */
	[0] = {LL_OPERATION_MKDIR, NONE, 0, NONE, NONE, 1, 0, 0, 1},
	[1] = {LL_OPERATION_MKDIR, 0, 1, NONE, NONE, 2, 0, 0, 1},
	[2] = {LL_OPERATION_RMDIR, NONE, 0, NONE, NONE, NONE, 0, 0, 1},
	[3] = {LL_OPERATION_LINK, NONE, 0, NONE, 1, NONE, 0, 0, 1},
	[4] = {LL_OPERATION_LINK, 0, 1, 2, 3, 4, 0, 1 + 4, 1},
	[5] = {LL_OPERATION_SYMLINK, NONE, 0, NONE, 1, NONE, 0, 0, 1},
	[6] = {LL_OPERATION_SYMLINK, NONE, 0, 1, 2, NONE, 0, 0, 1},
	[7] = {LL_OPERATION_UNLINK, NONE, 0, NONE, NONE, NONE, 0, 0, 1},
	[8] = {LL_OPERATION_UNLINK, 0, 1, NONE, NONE, 2, 0, 0, 1},
	[9] = {LL_OPERATION_RENAME, NONE, 0, NONE, 1, NONE, 0, 0, 1},
	[10] = {LL_OPERATION_RENAME, 0, 1, 2, 3, 4, 0, 0, 1},
	[11] = {LL_OPERATION_TRUNCATE, NONE, 0, NONE, NONE, 1},
	[12] = {LL_OPERATION_CHMOD, NONE, 0, NONE, NONE, 1},
	[13] = {LL_OPERATION_CHMOD, 0, 1, NONE, NONE, 2},
	[14] = {LL_OPERATION_CHOWN, NONE, 0, NONE, NONE, 1},
	[15] = {LL_OPERATION_CHOWN, 0, 1, NONE, NONE, 2, 0, 1 + 4},
	[16] = {LL_OPERATION_MKNOD, NONE, 0, NONE, NONE, 1, 0, 0, 1},
	[17] = {LL_OPERATION_MKNOD, 0, 1, NONE, NONE, 2, 0, 0, 1},
	[18] = {LL_OPERATION_MOUNT, NONE, 1, NONE, NONE, 3},
	[19] = {LL_OPERATION_MOUNT, 2, 3, NONE, NONE, 4}, /* move_mount */
	[20] = {LL_OPERATION_CHMOD, NONE, 0, NONE, NONE, 1, 1}, /* fchmod */
	[21] = {LL_OPERATION_CHOWN, NONE, 0, NONE, NONE, 1, 1}, /* fchown */
	[22] = {LL_OPERATION_TRUNCATE, NONE, 0, NONE, NONE, 1, 1},
	[23] = {LL_OPERATION_SETXATTR, NONE, 0, NONE, NONE, NONE}, /* and removexattr */
	[24] = {LL_OPERATION_SETXATTR, NONE, 0, NONE, NONE, NONE, 0, 0, 1},
	[25] = {LL_OPERATION_SETXATTR, NONE, 0, NONE, NONE, NONE, 1},
	[26] = {LL_OPERATION_SETXATTR, 0, 1, NONE, NONE, NONE, 0, 1 + 2}, /* setxattrat */
	[27] = {LL_OPERATION_CHOWN, NONE, 0, NONE, NONE, 1, 0, 0, 1}, /* lchown */
	[28] = {LL_OPERATION_CHMOD, 0, 1, NONE, NONE, 2, 0, 1 + 3}, /* fchmodat2 */
	[29] = {LL_OPERATION_OPEN, 0, 1, NONE, NONE, 2}, /* io_uring's */
};

const volatile u8 syscall_class[CALL_NUMBERS] = {
	[2] = CALL_OPEN, [257] = CALL_OPENAT, [437] = CALL_OPENAT2, [85] = CALL_CREAT,
	[304] = CALL_HANDLE,
	[0] = CALL_READ, [17] = CALL_READ, [19] = CALL_READ, [295] = CALL_READ,
	[327] = CALL_READ, [45] = CALL_READ, [47] = CALL_READ,
	[1] = CALL_WRITE, [18] = CALL_WRITE, [20] = CALL_WRITE, [296] = CALL_WRITE,
	[328] = CALL_WRITE, [44] = CALL_WRITE, [46] = CALL_WRITE,
	[299] = CALL_MESSAGES, [307] = CALL_SEND_MESSAGES,
	[285] = CALL_WRITE, /* fallocate */
	[209] = CALL_SUBMIT,
	[40] = CALL_SENDFILE, [275] = CALL_SPLICE, [326] = CALL_COPY,
	[9] = CALL_MMAP,
	[43] = CALL_ACCEPT, [288] = CALL_ACCEPT, [42] = CALL_CONNECT, [49] = CALL_BIND,
	[48] = CALL_SHUTDOWN,
	[105] = CALL_CREDENTIALS, [106] = CALL_CREDENTIALS, [113] = CALL_CREDENTIALS,
	[114] = CALL_CREDENTIALS, [117] = CALL_CREDENTIALS, [119] = CALL_CREDENTIALS,
	[122] = CALL_CREDENTIALS, [123] = CALL_CREDENTIALS,
	[308] = CALL_SETNS, [272] = CALL_UNSHARE,
	[83] = PATH(0), [258] = PATH(1), [84] = PATH(2), [86] = PATH(3), [265] = PATH(4),
	[88] = PATH(5), [266] = PATH(6), [87] = PATH(7), [263] = PATH(8), [82] = PATH(9),
	[264] = PATH(10), [316] = PATH(10), [76] = PATH(11), [90] = PATH(12), [268] = PATH(13),
	[92] = PATH(14), [94] = PATH(27), [260] = PATH(15), [133] = PATH(16), [259] = PATH(17),
	[165] = PATH(18), [429] = PATH(19), [91] = PATH(20), [93] = PATH(21), [77] = PATH(22),
	[41] = CALL_SOCKET, [166] = CALL_UMOUNT,
	[101] = CALL_PTRACE, [10] = CALL_PROTECT, [329] = CALL_PROTECT,
	[56] = CALL_CLONE, [435] = CALL_CLONE, [30] = CALL_SHMAT, [135] = CALL_PERSONALITY,
	[428] = CALL_OPEN_TREE, [467] = CALL_OPEN_TREE, /* open_tree_attr */
	[310] = ACT(FOREIGN_MEMORY), [311] = ACT(FOREIGN_MEMORY), [438] = ACT(FOREIGN_DESCRIPTOR),
	[155] = ACT(MOUNT), [430] = ACT(MOUNT), [431] = ACT(MOUNT), [432] = ACT(MOUNT),
	[433] = ACT(MOUNT), [442] = ACT(MOUNT), /* pivot_root, fsopen to fspick, mount_setattr */
	[161] = ACT(CHROOT), [321] = ACT(BPF), [425] = ACT(IO_URING),
	[426] = CALL_RING,
	[175] = ACT(MODULE), [176] = ACT(MODULE), [313] = ACT(MODULE),
	[323] = ACT(USERFAULTFD), [298] = ACT(PERF),
	[248] = ACT(KEYRING), [249] = ACT(KEYRING), [250] = ACT(KEYRING),
	/* iopl, ioperm, swapon, swapoff, reboot, kexec_load, kexec_file_load */
	[172] = ACT(MACHINE), [173] = ACT(MACHINE), [167] = ACT(MACHINE), [168] = ACT(MACHINE),
	[169] = ACT(MACHINE), [246] = ACT(MACHINE), [320] = ACT(MACHINE),
	[188] = PATH(23), [189] = PATH(24), [190] = PATH(25), [197] = PATH(23), [198] = PATH(24),
	[199] = PATH(25), [463] = PATH(26), [466] = PATH(26), [452] = PATH(28),
	/* x32's own */
	[515] = CALL_READ, [516] = CALL_WRITE, [517] = CALL_READ, [518] = CALL_WRITE,
	[519] = CALL_READ, [534] = CALL_READ, [535] = CALL_WRITE, [546] = CALL_READ,
	[547] = CALL_WRITE, [537] = CALL_MESSAGES, [538] = CALL_SEND_MESSAGES,
	[521] = CALL_PTRACE, [528] = ACT(MACHINE), [539] = ACT(FOREIGN_MEMORY),
	[540] = ACT(FOREIGN_MEMORY), [544] = CALL_SUBMIT,
};

const volatile u8 compat_syscall_class[CALL_NUMBERS] = {
	[5] = CALL_OPEN, [295] = CALL_OPENAT, [437] = CALL_OPENAT2, [8] = CALL_CREAT,
	[342] = CALL_HANDLE,
	[3] = CALL_READ, [180] = CALL_READ, [145] = CALL_READ, [333] = CALL_READ,
	[378] = CALL_READ, [371] = CALL_READ, [372] = CALL_READ,
	[4] = CALL_WRITE, [181] = CALL_WRITE, [146] = CALL_WRITE, [334] = CALL_WRITE,
	[379] = CALL_WRITE, [369] = CALL_WRITE, [370] = CALL_WRITE,
	[337] = CALL_MESSAGES, [345] = CALL_SEND_MESSAGES,
	[324] = CALL_WRITE, /* fallocate */
	[248] = CALL_SUBMIT,
	[187] = CALL_SENDFILE, [239] = CALL_SENDFILE, [313] = CALL_SPLICE, [377] = CALL_COPY,
	[192] = CALL_MMAP,
	[364] = CALL_ACCEPT, [362] = CALL_CONNECT, [361] = CALL_BIND, [373] = CALL_SHUTDOWN,
	[23] = CALL_CREDENTIALS, [46] = CALL_CREDENTIALS, [70] = CALL_CREDENTIALS,
	[203] = CALL_CREDENTIALS, [204] = CALL_CREDENTIALS, [208] = CALL_CREDENTIALS,
	[210] = CALL_CREDENTIALS, [213] = CALL_CREDENTIALS, [214] = CALL_CREDENTIALS,
	[346] = CALL_SETNS, [310] = CALL_UNSHARE,
	[39] = PATH(0), [296] = PATH(1), [40] = PATH(2), [9] = PATH(3), [303] = PATH(4),
	[83] = PATH(5), [304] = PATH(6), [10] = PATH(7), [301] = PATH(8), [38] = PATH(9),
	[302] = PATH(10), [353] = PATH(10), [92] = PATH(11), [15] = PATH(12), [306] = PATH(13),
	[182] = PATH(14), [212] = PATH(14), [298] = PATH(15), [14] = PATH(16), [297] = PATH(17),
	[21] = PATH(18), [429] = PATH(19), [94] = PATH(20), [95] = PATH(21), [207] = PATH(21),
	[93] = PATH(22), [194] = PATH(22), [359] = CALL_SOCKET, [52] = CALL_UMOUNT,
	[22] = CALL_UMOUNT, [117] = CALL_IPC, [102] = CALL_SOCKETCALL, [90] = CALL_OLD_MMAP,
	[26] = CALL_PTRACE, [125] = CALL_PROTECT, [380] = CALL_PROTECT,
	[120] = CALL_CLONE, [435] = CALL_CLONE, [397] = CALL_SHMAT, [136] = CALL_PERSONALITY,
	[428] = CALL_OPEN_TREE, [467] = CALL_OPEN_TREE,
	[347] = ACT(FOREIGN_MEMORY), [348] = ACT(FOREIGN_MEMORY), [438] = ACT(FOREIGN_DESCRIPTOR),
	[217] = ACT(MOUNT), [430] = ACT(MOUNT), [431] = ACT(MOUNT), [432] = ACT(MOUNT),
	[433] = ACT(MOUNT), [442] = ACT(MOUNT),
	[61] = ACT(CHROOT), [357] = ACT(BPF), [425] = ACT(IO_URING),
	[426] = CALL_RING,
	[128] = ACT(MODULE), [129] = ACT(MODULE), [350] = ACT(MODULE),
	[374] = ACT(USERFAULTFD), [336] = ACT(PERF),
	[286] = ACT(KEYRING), [287] = ACT(KEYRING), [288] = ACT(KEYRING),
	[110] = ACT(MACHINE), [101] = ACT(MACHINE), [87] = ACT(MACHINE), [115] = ACT(MACHINE),
	[88] = ACT(MACHINE), [283] = ACT(MACHINE),
	[193] = PATH(11), [16] = PATH(27), [198] = PATH(27), [226] = PATH(23), [227] = PATH(24),
	[228] = PATH(25), [235] = PATH(23), [236] = PATH(24), [237] = PATH(25), [463] = PATH(26),
	[466] = PATH(26), [452] = PATH(28),
};

/* By the number that i386's socketcall is given. What makes a socket has the multiplexer's own. */
const volatile u8 socketcall_class[32] = {
	[1] = CALL_SOCKETCALL, [2] = CALL_BIND, [3] = CALL_CONNECT, [5] = CALL_ACCEPT,
	[18] = CALL_ACCEPT, [13] = CALL_SHUTDOWN,
	[9] = CALL_WRITE, [11] = CALL_WRITE, [16] = CALL_WRITE, [20] = CALL_SEND_MESSAGES,
	[10] = CALL_READ, [12] = CALL_READ, [17] = CALL_READ, [19] = CALL_MESSAGES,
};

/* clang-format on */

#endif
