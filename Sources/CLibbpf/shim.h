#include <bpf/bpf.h>
#include <bpf/libbpf.h>

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
