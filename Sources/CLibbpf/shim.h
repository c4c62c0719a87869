#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* libbpf hands its messages to a variadic callback, which Swift cannot be; they
 * are formatted here and kept, the last 64 KiB, for the error that follows. */
#define LOADLINE_LOG_SIZE 65536
static __thread char loadline_log[LOADLINE_LOG_SIZE];
static __thread size_t loadline_log_used;

static inline int loadline_log_print(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[8192];
	int n = vsnprintf(line, sizeof(line), format, args);
	if (level == LIBBPF_DEBUG || n <= 0)
		return 0;
	if (n >= (int)sizeof(line))
		n = sizeof(line) - 1;
	if (loadline_log_used + n >= LOADLINE_LOG_SIZE) {
		size_t keep = LOADLINE_LOG_SIZE / 2;
		if (loadline_log_used > keep) {
			memmove(loadline_log, loadline_log + loadline_log_used - keep, keep);
			loadline_log_used = keep;
		}
	}
	memcpy(loadline_log + loadline_log_used, line, n);
	loadline_log_used += n;
	loadline_log[loadline_log_used] = 0;
	return 0;
}

static inline void loadline_log_begin(void)
{
	loadline_log_used = 0;
	loadline_log[0] = 0;
	libbpf_set_print(loadline_log_print);
}

static inline const char *loadline_log_text(void)
{
	return loadline_log;
}

static inline struct bpf_object *loadline_open(const void *bytes, size_t size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
	return bpf_object__open_mem(bytes, size, &options);
}

/* Runs a BPF_PROG_TYPE_SYSCALL program once. */
static inline int loadline_run(int program, void *context, unsigned size, int *returned)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = size);
	int error = bpf_prog_test_run_opts(program, &options);
	*returned = (int)options.retval;
	return error;
}

static inline int loadline_create_array(const char *name, unsigned value_size)
{
	return bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, value_size, 1, 0);
}
