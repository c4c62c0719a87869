#include <string.h>
#include <sys/vfs.h>
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

static inline int loadline_btf_is_struct(const struct btf_type *type)
{
	return btf_is_struct(type);
}

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

/* One variable of a BTF section; zero where there is none of that number. */
struct loadline_btf_variable {
	const char *name;
	unsigned offset;
	unsigned size;
};

static inline void loadline_btf_variable_at(const struct btf *types, const struct btf_type *section,
					    unsigned index, struct loadline_btf_variable *variable)
{
	const struct btf_var_secinfo *info = btf_var_secinfos(section) + index;
	variable->name = btf__name_by_offset(types, btf__type_by_id(types, info->type)->name_off);
	variable->offset = info->offset;
	variable->size = info->size;
}

/* What tells of a link whether it still hangs where it was hung. */
struct loadline_link_info {
	unsigned id;
	unsigned program;
	int is_attached;
};

static inline int loadline_link_info(int fd, struct loadline_link_info *result)
{
	struct bpf_link_info info;
	__u32 size = sizeof(info);
	memset(&info, 0, sizeof(info));
	int error = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (error)
		return error;
	result->id = info.id;
	result->program = info.prog_id;
	/* Only links to cgroups can be detached while somebody holds them. */
	result->is_attached = info.type != BPF_LINK_TYPE_CGROUP || info.cgroup.cgroup_id != 0;
	return 0;
}

static inline int loadline_open_map_for_reading(const char *path)
{
	LIBBPF_OPTS(bpf_obj_get_opts, options, .file_flags = BPF_F_RDONLY);
	return bpf_obj_get_opts(path, &options);
}

static inline unsigned loadline_map_id(int fd)
{
	struct bpf_map_info info;
	__u32 size = sizeof(info);
	memset(&info, 0, sizeof(info));
	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

static inline int loadline_map_value_size(int fd)
{
	struct bpf_map_info info;
	__u32 size = sizeof(info);
	memset(&info, 0, sizeof(info));
	return bpf_obj_get_info_by_fd(fd, &info, &size) ? -1 : (int)info.value_size;
}

/* BPF_FS_MAGIC; Swift's Glibc has no statfs. */
static inline int loadline_is_on_bpffs(const char *path)
{
	struct statfs status;
	return statfs(path, &status) == 0 && (unsigned)status.f_type == 0xcafe4a11;
}
