/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of execs: by path, and of those that failed by launch and errno besides. */
#ifndef EXEC_ROWS_BPF_H
#define EXEC_ROWS_BPF_H

#include "exec_launch.bpf.h"
#include "exec_shared.bpf.h"
#include "path_number.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct path_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_count SEC(".maps");

/* Of those in exec_count: the ones that failed, by launch. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct failure_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_failed SEC(".maps");

/*
 * What is counted while user space moves rows out of the two above. A row can only be moved exactly while no program can
 * add to it: user space sets `spilling`, waits until every program that may not have seen that has ended
 * (membarrier(2)), moves, and turns back the same way.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct path_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_spill SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct failure_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_failspill SEC(".maps");

/*
 * The row of an exec that has ended. Whoever calls this adds to `ran` or `failed` afterwards: a total that is read before
 * the rows is then never more than what they hold.
 */
static __always_inline bool count_path(const struct path_key *path)
{
	bool added;

	if (config.tutorial)
		return true;
	if (unlikely(shared.spilling))
		added = add_in(&exec_spill, path);
	else
		added = add_in(&exec_count, path);
	if (unlikely(!added))
		__sync_fetch_and_add(&counters()->map_full, 1);
	return added;
}

static __always_inline __u64 *find_failure(const struct failure_key *key)
{
	__u64 *row;

	if (unlikely(shared.spilling)) {
		row = bpf_map_lookup_elem(&exec_failspill, key);
		barrier_var(row); /* See find_launch. */
		return row;
	}
	return bpf_map_lookup_elem(&exec_failed, key);
}

/*
 * Counts an exec that was refused.
 *
 * length: of the path, with its NUL.
 */
static __always_inline void count_failure(const struct path_key *path, __u32 length, __s64 ret,
					  const struct caller *caller)
{
	const __s64 max_errno = 4095;
	struct failure_key key = {};
	__u64 launcher = 0;
	__u64 *row;
	bool added;

	if (!count_path(path) || config.tutorial)
		return;
	key.path = path_number(path);
	/* A result that is no errno is that of a seccomp filter which traps or kills, or what a tracer has put there. */
	key.error = ret < 0 && ret >= -max_errno ? -ret : 0;
	if (config.processes) {
		launcher = process_fails(caller, path, length);
		key.launch = launch_number(launcher, key.path, caller->group, caller->user);
	}
	row = find_failure(&key);
	if (row) {
		__sync_fetch_and_add(row, 1);
		return;
	}
	if (config.processes)
		key.launch = known_launch(caller, launcher, key.path);
	if (shared.spilling)
		added = add_in(&exec_failspill, &key);
	else
		added = add_in(&exec_failed, &key);
	if (!added) {
		__sync_fetch_and_add(&counters()->no_errno, 1);
		if (config.processes)
			__sync_fetch_and_add(&counters()->no_launch, 1);
	}
}

/* Counts an exec that succeeded; length 0: under no path. */
static __always_inline void count_run(struct task_struct *task, const struct caller *caller,
				      const struct path_key *path, __u32 length)
{
	__u64 owner = EXEC_OWNER_NO_PATH;

	if (length && count_path(path) && config.processes)
		owner = path_number(path);
	if (config.processes)
		process_runs(task, caller, owner, path, length);
}

#endif
