/* Calls that the C library hides from Swift or has only as the variadic syscall(). They
 * return -1 and set errno like its own. */
#ifndef LOADLINE_SYSTEM_CALLS_H
#define LOADLINE_SYSTEM_CALLS_H

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef O_PATH
#define O_PATH 010000000
#endif

/* Finds an object below `directory` as if that were the root: neither links nor `..` lead
 * out of it. */
static inline int loadline_find_in_root(int directory, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

/* Finds one name in a directory; a link there is followed or is itself what is found. */
static inline int loadline_find(int directory, const char *name, int is_followed)
{
	return openat(directory, name, O_PATH | O_CLOEXEC | (is_followed ? 0 : O_NOFOLLOW));
}

static inline int loadline_is_procfs(int fd)
{
	struct statfs status;
	return fstatfs(fd, &status) == 0 && status.f_type == 0x9fa0;
}

#endif
