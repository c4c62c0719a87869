// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For the benchmarks: how many system calls a container makes, counted by no code
 * of the sensor's, and what a program that does nothing costs at the same place.
 */
#include "kernel_types.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* The cgroup whose tasks, and whose nested cgroups' tasks, are counted. */
u64 counted_cgroup_id = 0;
u64 counted_cgroup_level = 0;

/* One counter for each CPU, in a cache line of its own; CPUs above share them. */
#define COUNTER_CPUS 64
#define COUNTER_STRIDE 8
u64 system_calls[COUNTER_CPUS * COUNTER_STRIDE] = {};

SEC("tp_btf/sys_enter")
int count_call(u64 *ctx)
{
	if (bpf_get_current_ancestor_cgroup_id(counted_cgroup_level) != counted_cgroup_id)
		return 0;
	u32 cpu = bpf_get_smp_processor_id() & (COUNTER_CPUS - 1);
	__sync_fetch_and_add(&system_calls[cpu * COUNTER_STRIDE], 1);
	return 0;
}

/* The floor: what the kernel takes to call any program here. */
SEC("tp_btf/sys_exit")
int do_nothing(u64 *ctx)
{
	return 0;
}
