/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * Sockets that have no path and were made outside of the container. An abstract AF_UNIX name
 * is known all over a network namespace: a container in the host's reaches what listens there,
 * a runtime's shim among it. What the container's own processes listen at is theirs.
 */
#ifndef LOADLINE_OUTSIDE_H
#define LOADLINE_OUTSIDE_H

#include "sockets.h"

struct sockaddr_un {
	unsigned short sun_family;
	char sun_path[108];
} __attribute__((preserve_access_index));

struct unix_address {
	int len;
	struct sockaddr_un name[];
} __attribute__((preserve_access_index));

struct unix_sock___named {
	struct unix_address *addr;
} __attribute__((preserve_access_index));

struct hlist_node {
	struct hlist_node *next;
} __attribute__((preserve_access_index));

struct hlist_head {
	struct hlist_node *first;
} __attribute__((preserve_access_index));

struct pid___tasks {
	struct hlist_head tasks[4];
} __attribute__((preserve_access_index));

struct sock___listened {
	struct pid___tasks *sk_peer_pid;
} __attribute__((preserve_access_index));

struct task_struct___linked {
	struct hlist_node pid_links[4];
} __attribute__((preserve_access_index));

#define PIDTYPE_TGID 1

static __always_inline int has_abstract_name(struct sock *sk)
{
	struct unix_address *address = BPF_CORE_READ((struct unix_sock___named *)sk, addr);
	char first = 1;
	if (!address || BPF_CORE_READ(address, len) <= (int)sizeof(unsigned short))
		return 0;
	bpf_core_read(&first, 1, &address->name[0].sun_path[0]);
	return !first;
}

/* The cgroup of the process that called listen(), which the connecting end remembers. Its
 * process may have ended: then it is not known. */
static __always_inline struct cgroup *home_of_listener(struct sock *sk)
{
	struct pid___tasks *pid = BPF_CORE_READ((struct sock___listened *)sk, sk_peer_pid);
	struct hlist_node *link = 0;
	if (!pid)
		return 0;
	bpf_core_read(&link, sizeof(link), &pid->tasks[PIDTYPE_TGID].first);
	if (!link)
		return 0;
	struct task_struct *task = (void *)link -
				   bpf_core_field_offset(struct task_struct___linked, pid_links) -
				   PIDTYPE_TGID * bpf_core_type_size(struct hlist_node);
	return BPF_CORE_READ(task, cgroups, dfl_cgrp);
}

/* `other`: what is connected to, or sent to. */
static __always_inline int is_socket_outside(u32 slot, struct sock *other)
{
	return has_abstract_name(other) && is_made_outside(slot, (u64)other);
}

/* Whether an AF_UNIX socket that has been connected leads to one. A stream's peer was made in this
 * very call, by the caller. */
static __always_inline int leads_outside(struct task_identity *identity, struct sock *sk)
{
	struct sock *peer = BPF_CORE_READ((struct unix_sock *)sk, peer);
	if (!peer || BPF_CORE_READ((struct unix_sock *)peer, path.dentry))
		return 0;
	if (GET(sk, sk_type) == SOCK_DGRAM)
		return is_socket_outside(identity->slot, peer);
	return has_abstract_name(peer) && is_home_outside(identity->slot, home_of_listener(sk));
}

/* Of a descriptor. Global, so that the verifier reads it once. */
__noinline int is_connected_outside(struct task_identity *identity, s32 fd)
{
	struct sock *sk = sock_of_fd(current_task(), fd);
	if (!identity || !sk || GET(sk, __sk_common.skc_family) != AF_UNIX)
		return 0;
	return leads_outside(identity, sk);
}

#endif
