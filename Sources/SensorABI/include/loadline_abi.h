/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause)
 *
 * The wire contract between the BPF programs and Swift: every record in the
 * ring buffer and every map key and value that both sides touch. Fixed-width
 * fields, explicit reserved bytes, no enum, no bool, no packing. All integers
 * are little-endian host order unless a comment says "network order".
 *
 * Times are nanoseconds of CLOCK_BOOTTIME.
 */
#ifndef LOADLINE_ABI_H
#define LOADLINE_ABI_H

#ifdef __bpf__
typedef unsigned char ll_u8;
typedef unsigned short ll_u16;
typedef unsigned int ll_u32;
typedef int ll_s32;
typedef unsigned long long ll_u64;
typedef long long ll_s64;
#else
#include <stdint.h>
typedef uint8_t ll_u8;
typedef uint16_t ll_u16;
typedef uint32_t ll_u32;
typedef int32_t ll_s32;
typedef uint64_t ll_u64;
typedef int64_t ll_s64;
#endif

#include "loadline_acts_abi.h"

#define LL_ABI_VERSION 4

/* ---- limits --------------------------------------------------------- */
#define LL_PATH_MAX 4096     /* bytes of a path, without a terminator */
#define LL_ARGS_MAX 1024     /* bytes of argv that are kept */
#define LL_SLOTS 4096        /* containers watched at once; slot 0 is unused */
#define LL_PROFILES 4096     /* profiles loaded at once; profile 0 means none */
#define LL_PID_LIMIT 4194304 /* the kernel's PID_MAX_LIMIT */

/* ---- record kinds --------------------------------------------------- */
#define LL_KIND_FORK 1
#define LL_KIND_EXEC 2
#define LL_KIND_EXIT 3
#define LL_KIND_PROCESS 4 /* a process that ran before watching began; as EXEC */
#define LL_KIND_CREDENTIALS 5
#define LL_KIND_NAMESPACE 6
#define LL_KIND_FILE_OPEN 7 /* first touch of a file by a process */
#define LL_KIND_FILE_OPERATION 8
#define LL_KIND_FILE_END 9     /* a file flow's counters, its entry being reused */
#define LL_KIND_SOCKET_OPEN 10 /* first touch of a connection by a process */
#define LL_KIND_SOCKET_END 11
#define LL_KIND_SOCKET_EVENT 12
#define LL_KIND_VERDICT 13 /* a deviation and what was done about it */
#define LL_KIND_CGROUP 14
#define LL_KIND_ACT 15 /* a rare act, an image's first use of a capability, a reload */
#define LL_KIND_COUNT 16

/* ---- dimensions, also the first byte of a string that is decided ---- */
#define LL_DIMENSION_SUBJECT 0
#define LL_DIMENSION_EXEC 1
#define LL_DIMENSION_FILE 2
#define LL_DIMENSION_EGRESS 3
#define LL_DIMENSION_LISTEN 4
#define LL_DIMENSION_CAPABILITY 5 /* object: one byte, the capability's number */
#define LL_DIMENSION_ACT 6        /* object: one byte, LL_ACT_* */
#define LL_DIMENSION_COUNT 8      /* room for those to come */
#define LL_DIMENSION_NONE 255

/* ---- access bits: what is asked of an object, what a rule allows ---- */
#define LL_ACCESS_READ 1u
#define LL_ACCESS_WRITE 2u
#define LL_ACCESS_EXECUTE 4u /* exec of the file */
#define LL_ACCESS_MAP 8u     /* mapped executable: a shared library */
#define LL_ACCESS_CREATE 16u
#define LL_ACCESS_DELETE 32u
#define LL_ACCESS_CONNECT 64u /* egress; or connect to an AF_UNIX path */
#define LL_ACCESS_LISTEN 128u
#define LL_ACCESS_METADATA 256u /* chmod, chown, extended attributes */
#define LL_ACCESS_USE 512u      /* of a capability, of an act */
/* Allowed by a rule, and only with a content that the rule names: EXECUTE, MAP << 8. */
#define LL_ACCESS_EXECUTE_BOUND 1024u
#define LL_ACCESS_MAP_BOUND 2048u
#define LL_ACCESS_BOUND_SHIFT 8
#define LL_ACCESS_MASK 0xffffu

/* ---- actions and verdicts ------------------------------------------- */
#define LL_ACTION_ALERT 1
#define LL_ACTION_DENY 2
#define LL_ACTION_KILL 3
#define LL_ACTION_QUARANTINE 4 /* as deny; the agent freezes the container */

#define LL_VERDICT_FLAGGED 1 /* monitor mode, or the action is alert */
#define LL_VERDICT_DENIED 2  /* the call fails with EPERM */
#define LL_VERDICT_KILLED 3  /* SIGKILL was sent before return to user space */

/* ---- loss causes ---------------------------------------------------- */
#define LL_LOSS_RING_FULL 0  /* no room in the ring buffer */
#define LL_LOSS_TABLE_FULL 1 /* no room in a flow table */
#define LL_LOSS_UNREADABLE 2 /* kernel or user memory could not be read */
#define LL_LOSS_TOO_LONG 3   /* longer than LL_PATH_MAX */
#define LL_LOSS_COUNT 4

/* ---- container flags (low half of a container_state word) ----------- */
#define LL_CONTAINER_WATCHED 1u
#define LL_CONTAINER_ENFORCE 2u /* otherwise the profile is monitored */

/* ---- a profile's word of the map `profiles` -------------------------- */
/* generation << 32 | tripped << 31 | has phases << 30 | size class << 24 | place in the
 * class's map */
#define LL_PROFILE_TRIPPED 0x80000000u    /* its breaker opened: it is monitored */
#define LL_PROFILE_HAS_PHASES 0x40000000u /* a rule of it is for one phase only */

/* ---- what a profile lets be done about a deviation ------------------- */
#define LL_RESPONSE_KILLS_INIT 1u  /* the container's first process may be killed */
#define LL_RESPONSE_KILLS_EXECS 2u /* so may what a runtime starts in a running container */
#define LL_RESPONSE_HAS_PHASES 4u  /* a rule is for one phase only */

/* ---- flags of a deviation -------------------------------------------- */
#define LL_DEVIATION_SUBJECT_KNOWN 1u /* else the profile has no rules for this executable */
#define LL_DEVIATION_SPARED 2u        /* not killed, as the profile does not let it be */
#define LL_DEVIATION_OVER_BUDGET 4u   /* let pass, as the breaker opened on it */
#define LL_DEVIATION_LATE 8u          /* what was judged had taken effect */
#define LL_DEVIATION_STOPPED 16u      /* SIGSTOP was sent, as it may not be killed */
#define LL_DEVIATION_SERVING 32u      /* by a process in the phase `serving` of such a profile */
#define LL_DEVIATION_CONTENT 64u      /* the path is allowed, and its content is another */
#define LL_DEVIATION_UNVERIFIED 128u  /* nobody could say what its content is */

/* ---- what take_kill() answers ---------------------------------------- */
#define LL_KILL_MONITORED 0 /* the profile is only monitored */
#define LL_KILL_GRANTED 1
#define LL_KILL_OVER_BUDGET 2 /* the breaker opened on it */

/* Every record begins with this. */
struct ll_header {
	ll_u16 kind;
	ll_u16 size; /* bytes of the whole record */
	ll_u32 slot; /* container slot */
	ll_u64 boottime_ns;
	ll_u64 cgroup_id; /* the container's own cgroup, not a nested one */
	ll_u32 tgid;
	ll_u32 tid;
	ll_u64 start_boottime_ns; /* of the thread group's leader */
};

/* header: the parent. */
struct ll_fork {
	struct ll_header header;
	ll_u32 child_tgid;
	ll_u32 child_tid; /* unequal to child_tgid: a thread */
	ll_u64 child_start_boottime_ns;
};

#define LL_PROCESS_TTY 1u
#define LL_PROCESS_SETUP 2u /* EXEC: came from the runtime's set-up phase */
#define LL_PROCESS_ARGS_CUT 4u
#define LL_PROCESS_CONTAINER_INIT 8u /* pid 1 of its pid namespace */

/* EXEC and PROCESS. data: exe path, then args (NUL separated), then cwd. */
struct ll_exec {
	struct ll_header header;
	ll_u32 parent_tgid;
	ll_u32 flags; /* LL_PROCESS_* */
	ll_u64 parent_start_boottime_ns;
	ll_u32 uid;
	ll_u32 gid;
	ll_u16 exe_length;
	ll_u16 args_length;
	ll_u16 cwd_length;
	ll_u16 reserved0;
	ll_u64 inode;
	ll_u32 device;
	ll_u32 reserved1;
	/* ll_u8 data[exe_length + args_length + cwd_length] */
};

struct ll_exit {
	struct ll_header header;
	ll_s32 status;    /* as wait(2) gives it */
	ll_u32 is_thread; /* 1: one thread ended, the process goes on */
};

/* setuid family, after it succeeded or failed */
struct ll_credentials {
	struct ll_header header;
	ll_u32 uid;
	ll_u32 gid;
	ll_s32 result;
	ll_u32 system_call;
};

#define LL_NAMESPACE_SETNS 1
#define LL_NAMESPACE_UNSHARE 2
struct ll_namespace {
	struct ll_header header;
	ll_u32 operation;
	ll_u32 namespace_flags; /* CLONE_NEW*, 0 where setns left it to the descriptor */
	ll_s32 result;
	ll_u32 reserved0;
};

/* What a process did with one file since the entry was made. */
#define LL_FILE_SERVING 4u /* touched since the process first listened */
struct ll_file_flow_key {
	ll_u64 dentry;
	ll_u32 tgid;
	/* LL_ACCESS_READ and LL_ACCESS_WRITE as the file is open; LL_FILE_SERVING; above bit 8 the
	 * number of the process's image, so that an exec begins new flows */
	ll_u32 mode;
};

struct ll_file_flow {
	ll_u64 start_boottime_ns; /* of the process */
	ll_u64 first_boottime_ns;
	ll_u64 last_boottime_ns;
	ll_u64 reads;
	ll_u64 read_bytes;
	ll_u64 writes;
	ll_u64 write_bytes;
	ll_u64 opens;
	ll_u64 deviations; /* touches that the profile does not allow */
	ll_u64 mount;
	ll_u64 inode;
	ll_u64 epoch; /* rename and mount sequence when the path was resolved */
	ll_u32 policy_generation;
	ll_u32 allowed;    /* access bits decided: allowed */
	ll_u32 deviating;  /* access bits decided: not allowed */
	ll_u32 operations; /* SysFlow opFlags seen, see LL_OPERATION_* */
	ll_u32 slot;
	ll_u32 announced; /* 1: the FILE_OPEN record was delivered */
	ll_u64 path_hash; /* of the path that was announced */
	ll_u32 seen;      /* access bits that were announced */
	ll_u32 last_tick; /* the kernel's tick at last_boottime_ns */
};

#define LL_OPERATION_CLONE (1u << 0)
#define LL_OPERATION_EXEC (1u << 1)
#define LL_OPERATION_EXIT (1u << 2)
#define LL_OPERATION_SETUID (1u << 3)
#define LL_OPERATION_SETNS (1u << 4)
#define LL_OPERATION_ACCEPT (1u << 5)
#define LL_OPERATION_CONNECT (1u << 6)
#define LL_OPERATION_OPEN (1u << 7)
#define LL_OPERATION_READ_RECEIVE (1u << 8)
#define LL_OPERATION_WRITE_SEND (1u << 9)
#define LL_OPERATION_CLOSE (1u << 10)
#define LL_OPERATION_TRUNCATE (1u << 11)
#define LL_OPERATION_SHUTDOWN (1u << 12)
#define LL_OPERATION_MMAP (1u << 13)
#define LL_OPERATION_MKDIR (1u << 15)
#define LL_OPERATION_RMDIR (1u << 16)
#define LL_OPERATION_LINK (1u << 17)
#define LL_OPERATION_UNLINK (1u << 18)
#define LL_OPERATION_SYMLINK (1u << 19)
#define LL_OPERATION_RENAME (1u << 20)
/* beyond SysFlow version 5 */
#define LL_OPERATION_CAPABILITY (1u << 21)
#define LL_OPERATION_ACT (1u << 22)
#define LL_OPERATION_SETXATTR (1u << 23) /* and removexattr */
#define LL_OPERATION_CHMOD (1u << 24)
#define LL_OPERATION_CHOWN (1u << 25)
#define LL_OPERATION_MKNOD (1u << 26)
#define LL_OPERATION_MOUNT (1u << 27)
#define LL_OPERATION_BIND (1u << 28)
#define LL_OPERATION_LISTEN (1u << 29)
#define LL_OPERATION_SOCKET (1u << 30)

/* data: path */
struct ll_file_open {
	struct ll_header header;
	struct ll_file_flow_key key;
	ll_u64 inode;
	ll_u32 device;
	ll_u32 inode_mode; /* S_IFMT and permission bits */
	ll_u32 open_flags; /* Linux O_* of the open file */
	ll_s32 fd;
	ll_u16 path_length;
	ll_u16 reserved0;
	ll_u32 operations; /* what made it known: OPEN, READ_RECEIVE, CONNECT ... */
			   /* ll_u8 data[path_length] */
};

/* A flow's last counters, where its entry was taken by another. */
struct ll_file_end {
	struct ll_header header;
	struct ll_file_flow_key key;
	struct ll_file_flow flow;
};

#define LL_ORIGIN_INIT 1u    /* the container's first process */
#define LL_ORIGIN_EXEC 2u    /* started by the runtime in a running container, or a descendant */
#define LL_ORIGIN_SERVING 4u /* in a FILE_OPERATION: the process is in the phase `serving` */

#define LL_PATH_AS_GIVEN 1u        /* joined to its directory, links not resolved */
#define LL_PATH_OTHER_NAMESPACE 2u /* the task has left the container's mount namespace */
#define LL_PATH_LINK_ITSELF 4u     /* a link as the first path's last name is not followed */
#define LL_PATH_OTHER_ROOT 8u      /* the task has a root of its own (chroot) */
#define LL_PATH_IN_DIRECTORY 16u   /* what stands before the first // is the path's root */
/* data: path, then for link, symlink, rename, mount the second path; without them where
 * they are too long, for judging alone */
struct ll_file_operation {
	struct ll_header header;
	ll_u32 operation; /* one LL_OPERATION_* */
	ll_s32 result;
	ll_u32 argument; /* mode, flags */
	ll_u16 path_length;
	ll_u16 second_path_length;
	ll_u32 path_flags;
	ll_u32 origin; /* LL_ORIGIN_*, who may not be killed */
		       /* ll_u8 data[path_length + second_path_length] */
};

/* Whether system calls are seen when they return: the one value of `returns`. */
struct ll_returns {
	ll_u32 is_seen;
	ll_u32 period; /* how often that began: paths that were resolved before count no more */
};

/* Addresses are 16 bytes, network order; IPv4 stands as ::ffff:a.b.c.d. */
struct ll_socket_flow_key {
	ll_u64 sock;
	ll_u32 tgid;
	ll_u16 remote_port; /* host order */
	ll_u16 protocol;    /* IPPROTO_TCP, IPPROTO_UDP */
	ll_u8 remote_address[16];
};

struct ll_socket_flow {
	ll_u64 start_boottime_ns;
	ll_u64 first_boottime_ns;
	ll_u64 last_boottime_ns;
	ll_u64 receives;
	ll_u64 receive_bytes;
	ll_u64 sends;
	ll_u64 send_bytes;
	ll_u32 operations;
	ll_u32 slot;
	ll_u32 announced;
	ll_s32 fd;
	ll_u8 local_address[16];
	ll_u16 local_port;
	ll_u16 reserved0;
	ll_u32 last_tick; /* the kernel's tick at last_boottime_ns */
};

/* SOCKET_OPEN and SOCKET_END; END carries the last counters. */
struct ll_socket {
	struct ll_header header;
	struct ll_socket_flow_key key;
	struct ll_socket_flow flow;
};

/* bind, listen, socket, shutdown, a connect that failed */
struct ll_socket_event {
	struct ll_header header;
	ll_u32 operation;
	ll_s32 result;
	ll_u16 family;
	ll_u16 protocol;
	ll_u16 local_port;
	ll_u16 remote_port;
	ll_u8 local_address[16];
	ll_u8 remote_address[16];
	ll_u32 socket_type;
	ll_s32 fd;
};

/* A deviation. data: the object as it was decided: for exec and file a path,
 * for egress and listen the bytes of struct ll_endpoint, for capability and act one
 * byte, the number; then the path of the executable that asked (for exec: the one
 * before the exec). */
struct ll_verdict {
	struct ll_header header;
	ll_u32 dimension;
	ll_u32 verdict; /* LL_VERDICT_* */
	ll_u32 access;  /* bits asked for that the profile does not allow */
	ll_u32 action;  /* the profile's LL_ACTION_* for the dimension */
	ll_u32 profile;
	ll_u32 policy_generation;
	ll_u16 object_length;
	ll_u16 subject_length;
	ll_u32 flags; /* LL_DEVIATION_* */
};

/* A use of a capability, or a rare act: once for each image and object. Or that a process which
 * serves has the rights of its start again, as it was told to reload. */
struct ll_act {
	struct ll_header header;
	ll_u32 dimension; /* LL_DIMENSION_CAPABILITY, _ACT, or LL_DIMENSION_NONE: a reload */
	ll_u32 number;    /* the capability's, or LL_ACT_*; of a reload, for how many ms */
	ll_s32 result;    /* of the system call where it was seen at its return, else 0 */
	ll_u32 reserved0;
};

/* How an address is decided: LL_DIMENSION_EGRESS or _LISTEN, then this. */
struct ll_endpoint {
	ll_u8 protocol;
	ll_u8 port[2]; /* network order */
	ll_u8 address[16];
};

#define LL_CGROUP_MADE 1
#define LL_CGROUP_REMOVED 2
#define LL_CGROUP_TASK_JOINED 3
#define LL_CGROUP_START_HELD 4   /* no path: a hint to look into `held_starts` */
#define LL_CGROUP_CONTENT_HELD 5 /* likewise into `held_contents` */
/* header.cgroup_id: the cgroup itself. data: its path from the root */
struct ll_cgroup {
	struct ll_header header;
	ll_u32 operation;
	ll_u32 level;
	ll_u16 path_length;
	ll_u16 reserved0;
	ll_u32 reserved1;
	/* ll_u8 data[path_length] */
};

#include "loadline_contents_abi.h"
#include "loadline_pins_abi.h"
#include "loadline_starts_abi.h"

/* Per container slot, only ever counted up. */
struct ll_statistics {
	ll_u64 delivered[16];           /* by kind */
	ll_u64 lost[LL_LOSS_COUNT][16]; /* by cause and kind */
	ll_u64 decided[LL_DIMENSION_COUNT];
	ll_u64 flagged[LL_DIMENSION_COUNT];
	ll_u64 denied[LL_DIMENSION_COUNT];
	ll_u64 killed[LL_DIMENSION_COUNT];
	ll_u64 entries; /* programs that the runtime has started in the container */
};

#include "loadline_policy_abi.h"

#ifndef __bpf__
_Static_assert(sizeof(struct ll_header) == 40, "ll_header");
_Static_assert(sizeof(struct ll_exec) == 40 + 48, "ll_exec");
_Static_assert(sizeof(struct ll_file_flow_key) == 16, "ll_file_flow_key");
_Static_assert(sizeof(struct ll_file_flow) == 136, "ll_file_flow");
_Static_assert(sizeof(struct ll_file_open) == 40 + 16 + 32, "ll_file_open");
_Static_assert(sizeof(struct ll_file_operation) == 40 + 24, "ll_file_operation");
_Static_assert(sizeof(struct ll_socket_flow_key) == 32, "ll_socket_flow_key");
_Static_assert(sizeof(struct ll_socket_flow) == 96, "ll_socket_flow");
_Static_assert(sizeof(struct ll_socket) == 40 + 32 + 96, "ll_socket");
_Static_assert(sizeof(struct ll_socket_event) == 40 + 56, "ll_socket_event");
_Static_assert(sizeof(struct ll_verdict) == 40 + 32, "ll_verdict");
_Static_assert(sizeof(struct ll_act) == 40 + 16, "ll_act");
_Static_assert(sizeof(struct ll_endpoint) == 19, "ll_endpoint");
_Static_assert(sizeof(struct ll_cgroup) == 40 + 16, "ll_cgroup");
_Static_assert(sizeof(struct ll_policy_header) == 8 * LL_POLICY_HEADER_CELLS, "ll_policy_header");
_Static_assert(sizeof(struct ll_returns) == 8, "ll_returns");
_Static_assert(sizeof(struct ll_decide_request) == 48, "ll_decide_request");
#endif

#endif
