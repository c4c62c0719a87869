/* syscall(), which Swift does not import as it takes any number of arguments. */
#ifndef RAW_SYSTEM_CALL_H
#define RAW_SYSTEM_CALL_H

/* Returns what the kernel did: below 0 a negative errno. */
long raw_system_call(long number, long first, long second, long third);

#endif
