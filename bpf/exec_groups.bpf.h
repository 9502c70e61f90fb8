/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The paths of control groups that are made while exectop runs: some are gone before anyone can ask for them by their id.
 */
#ifndef EXEC_GROUPS_BPF_H
#define EXEC_GROUPS_BPF_H

#include "exec_shared.bpf.h"

/* User space takes them out. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct path_key);
	__uint(max_entries, EXEC_MAX_GROUPS);
} exec_groups SEC(".maps");

/* path: below the root of its hierarchy, in kernel memory. */
static __always_inline void group_begins(struct cgroup *group, const char *path)
{
	struct path_key name = {};
	__u64 id = group->kn->id;

	/* That of the unified hierarchy. The ids of others are numbers of their own. */
	if (group->root->hierarchy_id)
		return;
	bpf_probe_read_kernel_str(&name, sizeof(name), path);
	bpf_map_update_elem(&exec_groups, &id, &name, BPF_ANY);
	__sync_fetch_and_add(&shared.groups, 1);
}

#endif
