#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* A struct's members lie behind it in memory, which Swift cannot say. */
struct loadline_btf_field {
	const char *name;
	unsigned bit_offset;
	long long size; /* negative: unknown */
};

static inline unsigned loadline_btf_field_count(const struct btf_type *type)
{
	return btf_vlen(type);
}

static inline void loadline_btf_field_at(const struct btf *types, const struct btf_type *type,
					 unsigned index, struct loadline_btf_field *field)
{
	const struct btf_member *member = btf_members(type) + index;
	field->name = btf__name_by_offset(types, member->name_off);
	field->bit_offset = btf_member_bit_offset(type, index);
	field->size = btf__resolve_size(types, member->type);
}

/* Not in every C library that Swift is built against. */
static inline int loadline_pidfd_open(int process)
{
	return (int)syscall(SYS_pidfd_open, process, 0);
}

static inline int loadline_pidfd_send_signal(int pidfd, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, number, (void *)0, 0);
}
