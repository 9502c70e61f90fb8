// SPDX-License-Identifier: GPL-2.0
/* The program that exectop grew from, as simple as its tutorial has it: one map, one program, one line of trace. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct path_key {
	char path[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct path_key);
	__type(value, __u64);
} exec_count SEC(".maps");

struct sys_enter {
	__u64 common;
	__u64 nr;
	__u64 args[6];
};

SEC("tracepoint/syscalls/sys_enter_execve")
int handle_execve_tp(struct sys_enter *ctx)
{
	struct path_key key = {};
	__u64 one = 1;
	__u64 *count;

	bpf_probe_read_user_str(key.path, sizeof(key.path), (void *)ctx->args[0]);
	bpf_printk("execve: %s", key.path);
	count = bpf_map_lookup_elem(&exec_count, &key);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&exec_count, &key, &one, BPF_ANY);
	return 0;
}
