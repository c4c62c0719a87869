#define _GNU_SOURCE
#include "raw_system_call.h"

#include <errno.h>
#include <unistd.h>

long raw_system_call(long number, long first, long second, long third)
{
	long result = syscall(number, first, second, third, 0L, 0L, 0L);
	return result == -1 ? -errno : result;
}
