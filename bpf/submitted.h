/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
 *
 * What io_submit was given: reads and writes that return from no system call of their own. What
 * they are is still in the caller's memory when the call returns.
 */
#ifndef LOADLINE_SUBMITTED_H
#define LOADLINE_SUBMITTED_H

#include "sockets.h"

/* Those of a call beyond it are counted as lost, and not judged. */
#define SUBMITTED_MAX 128

/* The part of struct iocb that says what is asked for, include/uapi/linux/aio_abi.h in the kernel's
 * source. */
struct asked_transfer {
	u16 operation;
	u16 priority;
	s32 fd;
};

#define ASKED_AT 16
#define ASKED_READ 0
#define ASKED_WRITE 1
#define ASKED_READ_VECTORS 7
#define ASKED_WRITE_VECTORS 8

/* What the transfer of that place in the call is: its descriptor, and above it LL_OPERATION_*; 0:
 * it is another request. How many bytes it was is told to who asks for the events. Global, so that
 * the verifier reads it apart from other calls. */
__noinline u64 submitted(u32 index, u32 address_size)
{
	struct scratch *area = scratch(0);
	struct asked_transfer asked = {};
	u64 address = 0;
	if (!area)
		return 0;
	bpf_probe_read_user(&address, address_size == 4 ? 4 : 8,
			    (void *)(area->arguments[2] + index * address_size));
	bpf_probe_read_user(&asked, sizeof(asked), (void *)(address + ASKED_AT));
	u64 operation = 0;
	if (asked.operation == ASKED_READ || asked.operation == ASKED_READ_VECTORS)
		operation = LL_OPERATION_READ_RECEIVE;
	else if (asked.operation == ASKED_WRITE || asked.operation == ASKED_WRITE_VECTORS)
		operation = LL_OPERATION_WRITE_SEND;
	return operation ? operation << 32 | (u32)asked.fd : 0;
}

#endif
