// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Probe programs for `loadline doctor`: each is loaded, attached and fired alone.
 * One that the kernel takes and that was seen to fire is what counts; versions
 * and lists of LSMs are not asked.
 */
#include "kernel_types.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* How often each probe fired for the probing process. */
u64 probing_tgid = 0;
u64 fired[8] = {};

static __always_inline void fire(u32 probe)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	/* The process itself, or the child that it spawned to fire the probe. */
	if (probing_tgid && (task->tgid == probing_tgid || task->real_parent->tgid == probing_tgid))
		__sync_fetch_and_add(&fired[probe & 7], 1);
}

SEC("tp_btf/sys_exit")
int probe_system_call(u64 *ctx)
{
	fire(0);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int probe_fork(u64 *ctx)
{
	fire(1);
	return 0;
}

SEC("tp_btf/sched_prepare_exec")
int probe_prepare_exec(u64 *ctx)
{
	fire(2);
	return 0;
}

SEC("cgroup/connect4")
int probe_connect(struct bpf_sock_addr *ctx)
{
	fire(3);
	return 1;
}

SEC("fentry/security_file_open")
int probe_fentry(u64 *ctx)
{
	fire(4);
	return 0;
}

SEC("fmod_ret/security_file_open")
int probe_fmod_ret(u64 *ctx)
{
	fire(5);
	return 0;
}

SEC("lsm/file_open")
int probe_lsm(u64 *ctx)
{
	fire(6);
	return 0;
}

/* Runs only if the helper is allowed to this kernel's tracing programs. */
SEC("tp_btf/sys_exit")
int probe_signal(u64 *ctx)
{
	if (!probing_tgid || (bpf_get_current_pid_tgid() >> 32) != probing_tgid)
		return 0;
	struct pt_regs *regs = (void *)ctx[0];
	if (regs->orig_ax == 110 && bpf_send_signal(18) == 0) /* getppid; SIGCONT */
		fire(7);
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u32);
} probe_storage SEC(".maps");

/* Kernels before 6.13 or so have task storage for tracing programs only. */
SEC("cgroup/connect4")
int probe_task_storage(struct bpf_sock_addr *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	bpf_task_storage_get(&probe_storage, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	fire(3);
	return 1;
}
