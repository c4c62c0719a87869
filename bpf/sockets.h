/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What processes do with sockets. Egress and bind are judged where they can be
 * refused, in the cgroup hooks; connections are announced and counted at the
 * return of the system calls.
 */
#ifndef LOADLINE_SOCKETS_H
#define LOADLINE_SOCKETS_H

#include "files.h"

static __always_inline void mapped_address(u8 *address, u32 v4_network_order)
{
	__builtin_memset(address, 0, 10);
	address[10] = 0xff;
	address[11] = 0xff;
	__builtin_memcpy(address + 12, &v4_network_order, 4);
}

static __always_inline void local_of(struct sock *sk, u32 family, u8 *address, u16 *port)
{
	if (family == AF_INET)
		mapped_address(address, GET(sk, __sk_common.skc_rcv_saddr));
	else
		bpf_core_read(address, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	*port = GET(sk, __sk_common.skc_num);
	/* A connection that was reset has given its port back; the one that its packets
	 * carried stays. */
	if (!*port)
		*port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
}

struct sock_cgroup_data {
	struct cgroup *cgroup;
} __attribute__((preserve_access_index));

struct sock___owned {
	struct sock_cgroup_data sk_cgrp_data;
} __attribute__((preserve_access_index));

/* Whether a cgroup is known, and none of the container's. */
static __always_inline int is_home_outside(u32 slot, struct cgroup *home)
{
	u64 id = 0;
	return home && container_of_cgroup(home, &id) != slot;
}

static __always_inline int is_made_outside(u32 slot, u64 address)
{
	struct sock___owned *owned = (void *)address;
	return bpf_core_field_exists(owned->sk_cgrp_data.cgroup) &&
	       is_home_outside(slot, BPF_CORE_READ(owned, sk_cgrp_data.cgroup));
}

struct sock___kernels {
	u8 sk_kern_sock : 1;
} __attribute__((preserve_access_index));

/* The kernel's own, such as a network file system's: it sends in the context of whoever waits. */
static __always_inline int is_kernels_own(u64 address)
{
	struct sock___kernels *kernels = (void *)address;
	return bpf_core_field_exists(kernels->sk_kern_sock) &&
	       BPF_CORE_READ_BITFIELD_PROBED(kernels, sk_kern_sock);
}

/* Whether it has a peer, and was made by none of the container's: somebody passed it in, and no
 * hook saw its connect. What a listener accepts belongs where the listener was made. */
__noinline int is_passed_in(u32 slot, struct ll_socket_flow_key *key)
{
	u64 address = key ? key->sock : 0;
	struct sock *sk = AS(sock, address);
	return address && sk && GET(sk, __sk_common.skc_dport) && is_made_outside(slot, address) &&
	       !is_kernels_own(address);
}

/* Multipath TCP is TCP to whoever answers, and in profiles. */
static __always_inline u32 protocol_of(struct sock *sk)
{
	u32 protocol = GET(sk, sk_protocol);
	return protocol == IPPROTO_MPTCP ? IPPROTO_TCP : protocol;
}

/* Returns the family where it is an internet socket, else 0. */
static __always_inline u32 key_of_socket(struct ll_socket_flow_key *key, struct sock *sk, u32 tgid,
					 struct task_identity *identity)
{
	u32 family = GET(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6)
		return 0;
	key->sock = (u64)sk;
	key->tgid = tgid;
	key->protocol = protocol_of(sk);
	key->remote_port = bpf_ntohs(GET(sk, __sk_common.skc_dport));
	if (family == AF_INET)
		mapped_address(key->remote_address, GET(sk, __sk_common.skc_daddr));
	else
		bpf_core_read(key->remote_address, 16, &sk->__sk_common.skc_v6_daddr);
	/* A datagram socket without a peer of its own: the socket hooks saw it. */
	if (!key->remote_port && identity) {
		key->remote_port = identity->peer_port;
		__builtin_memcpy(key->remote_address, identity->peer_address, 16);
	}
	return family;
}

static __noinline int announce_socket(struct task_struct *task, struct task_identity *identity,
				      struct ll_socket_flow_key *key, struct ll_socket_flow *flow,
				      u32 kind)
{
	struct scratch *area = scratch(0);
	if (!area)
		return -1;
	struct ll_socket *record = (void *)area->bytes;
	fill_header(&record->header, identity, task, kind, sizeof(*record));
	record->key = *key;
	record->flow = *flow;
	return deliver(identity->slot, kind, record, sizeof(*record));
}

static __always_inline void count_socket(struct ll_socket_flow *flow, u32 operation, u64 bytes)
{
	if (operation & LL_OPERATION_READ_RECEIVE) {
		__sync_fetch_and_add(&flow->receives, 1);
		__sync_fetch_and_add(&flow->receive_bytes, bytes);
	} else if (operation & LL_OPERATION_WRITE_SEND) {
		__sync_fetch_and_add(&flow->sends, 1);
		__sync_fetch_and_add(&flow->send_bytes, bytes);
	}
	if ((flow->operations & operation) != operation)
		flow->operations |= operation;
	u32 tick = bpf_jiffies64();
	if (flow->last_tick != tick) {
		flow->last_tick = tick;
		flow->last_boottime_ns = bpf_ktime_get_boot_ns();
	}
}

/* Global, so that the verifier reads it once and not for every caller. */
__noinline int first_socket_touch(struct task_identity *identity,
				  struct ll_socket_flow_key *given_key, u32 operation, s32 fd)
{
	struct task_struct *task = current_task();
	if (!identity || !given_key)
		return 0;
	/* Old kernels take a map's key from the own stack only. */
	struct ll_socket_flow_key own_key = *given_key, *key = &own_key;
	struct sock *sk = AS(sock, key->sock);
	if (!is_slot_watched(identity->slot)) {
		clear_watched(task->pid);
		return 0;
	}
	struct ll_socket_flow *flow = bpf_map_lookup_elem(&socket_flows, key);
	/* A datagram exchange that begins with a receive is a server's. */
	if (!flow && key->protocol == IPPROTO_UDP && operation == LL_OPERATION_READ_RECEIVE)
		operation |= LL_OPERATION_ACCEPT;
	if (!flow) {
		struct ll_socket_flow fresh = {
			.start_boottime_ns = identity->start_boottime_ns,
			.first_boottime_ns = bpf_ktime_get_boot_ns(),
			.slot = identity->slot,
			.fd = fd,
			.operations = operation,
		};
		local_of(sk, GET(sk, __sk_common.skc_family), fresh.local_address,
			 &fresh.local_port);
		bpf_map_update_elem(&socket_flows, key, &fresh, BPF_NOEXIST);
		flow = bpf_map_lookup_elem(&socket_flows, key);
		if (!flow) {
			count_lost(identity->slot, LL_LOSS_TABLE_FULL, LL_KIND_SOCKET_OPEN);
			return 0;
		}
	} else if (flow->start_boottime_ns != identity->start_boottime_ns) {
		announce_socket(task, identity, key, flow, LL_KIND_SOCKET_END);
		flow->receives = flow->receive_bytes = flow->sends = flow->send_bytes = 0;
		flow->operations = operation;
		flow->start_boottime_ns = identity->start_boottime_ns;
		flow->first_boottime_ns = bpf_ktime_get_boot_ns();
		flow->announced = 0;
		flow->fd = fd;
		local_of(sk, GET(sk, __sk_common.skc_family), flow->local_address,
			 &flow->local_port);
	}
	flow->operations |= operation;
	flow->announced = !announce_socket(task, identity, key, flow, LL_KIND_SOCKET_OPEN);
	return 0;
}

/* AF_UNIX: the socket's path is an object like a file. Returns 0 where nothing can be touched. */
static __always_inline struct touch *touch_of_unix(struct task_struct *task,
						   struct task_identity *identity,
						   struct vfsmount *mount, struct dentry *dentry,
						   u32 operation)
{
	struct touch *touch = touch_area();
	if (!touch)
		return 0;
	__builtin_memset(touch, 0, sizeof(*touch));
	touch->key.dentry = (u64)dentry;
	touch->key.tgid = task->tgid;
	touch->key.mode = FMODE_READ | FMODE_WRITE | identity->image << 8 |
			  (has_served(task, identity) ? LL_FILE_SERVING : 0);
	touch->mount = mount;
	struct inode *inode = GET(dentry, d_inode);
	touch->inode = inode;
	touch->inode_mode = S_IFSOCK;
	touch->inode_number = GET(inode, i_ino);
	touch->want = operation & LL_OPERATION_CONNECT ? LL_ACCESS_CONNECT : 0;
	touch->operation = operation;
	touch->fd = -1;
	return touch;
}

static __always_inline void touch_unix(struct task_struct *task, struct task_identity *identity,
				       struct sock *sk, s32 fd, u32 operation, u64 bytes)
{
	struct unix_sock *unix_socket = AS(unix_sock, sk);
	struct dentry *dentry = GET(unix_socket, path.dentry);
	struct vfsmount *mount = GET(unix_socket, path.mnt);
	if (!dentry) {
		struct unix_sock *peer = AS(unix_sock, GET(unix_socket, peer));
		if (!peer)
			return;
		dentry = GET(peer, path.dentry);
		mount = GET(peer, path.mnt);
		if (!dentry)
			return;
	}
	struct touch *touch = touch_of_unix(task, identity, mount, dentry, operation);
	if (!touch)
		return;
	touch->fd = fd;
	touch->bytes = bytes;
	touch_file(task, identity, touch);
}

static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket = AS(socket, GET(file, private_data));
	return GET(socket, sk);
}

static __always_inline void peer_of(struct ll_endpoint *endpoint, struct ll_socket_flow_key *key)
{
	endpoint->protocol = key->protocol;
	endpoint->port[0] = key->remote_port >> 8;
	endpoint->port[1] = key->remote_port;
	__builtin_memcpy(endpoint->address, key->remote_address, 16);
}

/* Not inlined: its key is no burden for the stack of what touches files, and of what judges.
 * Returns the protocol of a connection that was passed in, whose peer is the identity's then. */
static __noinline u32 touch_internet(struct task_identity *identity, struct sock *sk, s32 fd,
				     u32 operation, u64 bytes)
{
	struct ll_socket_flow_key key = {};
	u32 passed = 0;
	if (!key_of_socket(&key, sk, current_task()->tgid, identity))
		return 0;
	struct ll_socket_flow *flow = bpf_map_lookup_elem(&socket_flows, &key);
	if (!flow && !(operation & (LL_OPERATION_ACCEPT | LL_OPERATION_CONNECT)) &&
	    is_passed_in(identity->slot, &key)) {
		/* It connects the container, whoever it was that did. */
		operation |= LL_OPERATION_CONNECT;
		passed = key.protocol;
		identity->peer_port = key.remote_port;
		__builtin_memcpy(identity->peer_address, key.remote_address, 16);
	}
	if (!flow || flow->start_boottime_ns != identity->start_boottime_ns || !flow->announced ||
	    (operation & (LL_OPERATION_CONNECT | LL_OPERATION_ACCEPT))) {
		first_socket_touch(identity, &key, operation, fd);
		flow = bpf_map_lookup_elem(&socket_flows, &key);
	}
	if (flow)
		count_socket(flow, operation, bytes);
	return passed;
}

/* The first bytes have gone, or come, where no gate has refused them. */
static __noinline void judge_passed(struct task_identity *identity, u32 protocol)
{
	struct ll_endpoint endpoint = {.protocol = protocol};
	endpoint.port[0] = identity->peer_port >> 8;
	endpoint.port[1] = identity->peer_port;
	__builtin_memcpy(endpoint.address, identity->peer_address, 16);
	judge_endpoint(current_task(), identity, &endpoint, LL_DIMENSION_EGRESS, JUDGED_LATE);
}

static __always_inline void touch_socket(struct task_struct *task, struct task_identity *identity,
					 struct sock *sk, s32 fd, u32 operation, u64 bytes)
{
	if (GET(sk, __sk_common.skc_family) == AF_UNIX) {
		touch_unix(task, identity, sk, fd, operation, bytes);
		return;
	}
	u32 passed = touch_internet(identity, sk, fd, operation, bytes);
	if (passed)
		judge_passed(identity, passed);
}

static __always_inline struct sock *sock_of_fd(struct task_struct *task, s32 fd)
{
	struct file *file = file_of(task, fd);
	if (!file)
		return 0;
	struct inode *inode = GET(file, f_inode);
	if ((GET(inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	return sock_of_file(file);
}

static __noinline int report_socket_event(struct task_struct *task, struct task_identity *identity,
					  struct sock *sk, u32 operation, s32 result_and_fd)
{
	struct scratch *area = scratch(0);
	u32 family = GET(sk, __sk_common.skc_family);
	if (!area || (family != AF_INET && family != AF_INET6))
		return 0;
	struct ll_socket_event *record = (void *)area->bytes;
	fill_header(&record->header, identity, task, LL_KIND_SOCKET_EVENT, sizeof(*record));
	record->operation = operation;
	record->result = result_and_fd;
	record->family = family;
	record->protocol = protocol_of(sk);
	record->socket_type = GET(sk, sk_type);
	record->fd = -1;
	local_of(sk, family, record->local_address, &record->local_port);
	record->remote_port = 0;
	__builtin_memset(record->remote_address, 0, 16);
	if (operation & (LL_OPERATION_CONNECT | LL_OPERATION_SHUTDOWN)) {
		struct ll_socket_flow_key key = {};
		key_of_socket(&key, sk, task->tgid, identity);
		record->remote_port = key.remote_port;
		__builtin_memcpy(record->remote_address, key.remote_address, 16);
	}
	deliver(identity->slot, LL_KIND_SOCKET_EVENT, record, sizeof(*record));
	return 0;
}

/* The last counters of a connection whose process has closed it. */
static __always_inline void end_socket(struct task_struct *task, struct task_identity *identity,
				       struct sock *sk)
{
	struct ll_socket_flow_key key = {};
	if (!key_of_socket(&key, sk, task->tgid, 0))
		return;
	struct ll_socket_flow *flow = bpf_map_lookup_elem(&socket_flows, &key);
	if (!flow)
		return;
	flow->operations |= LL_OPERATION_CLOSE;
	announce_socket(task, identity, &key, flow, LL_KIND_SOCKET_END);
	bpf_map_delete_elem(&socket_flows, &key);
}

#endif
