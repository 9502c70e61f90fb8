/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs what, and what it costs: execs by launch, what each process used, and how it ended, counted for the launch of
 * its last successful exec. A launch is a path run by a chain of paths, as a user and in a control group.
 *
 *   sched_process_fork   the child gets a place in the table of processes, with its parent's launch
 *   sched_process_exec   the path, run by that launch, is the next one; what was used before is added to the one before
 *   sched_process_exit   of its last thread: the time of its end
 *   sched_process_free   of its leader: the kernel has added up its threads by now; adds that to the launch's row
 *
 * The kernel adds up when the parent has waited for the process, and frees it a grace period later: 10 ms as a rule, and
 * half a minute for a few. settle_processes, which user space runs before it reads, does the same for those in between.
 * See process_end.bpf.h.
 *
 * A child's time between fork and its first exec is the program's that it runs then.
 */
#ifndef EXEC_LAUNCH_BPF_H
#define EXEC_LAUNCH_BPF_H

#include "exec_shared.bpf.h"
#include "path_number.bpf.h"
#include "process_table.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct exec_launch);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_launches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct ending_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_endings SEC(".maps");

/* For while user space moves rows out of these two: see exec_spill. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct exec_launch);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_launchspill SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct ending_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_endspill SEC(".maps");

static __always_inline bool is_kernel_thread(const struct task_struct *task)
{
	const unsigned int pf_kthread = 0x00200000;

	return task->flags & pf_kthread;
}

/* In signal_struct.flags: the process was told to end as a whole, by exit_group(2) or a signal. */
enum { SIGNAL_GROUP_EXIT = 4 };

static __always_inline bool is_group_exiting(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT;
}

/* Who calls exec. */
struct caller {
	__u64 group;   /* the id of its control group in the unified hierarchy */
	__u32 user;    /* its real user id, outside all user namespaces */
	__s32 process; /* the id of its thread group */
};

/* --- Rows --------------------------------------------------------------------------------------------------------- */

static __always_inline struct exec_launch *find_launch(__u64 number)
{
	struct exec_launch *row;

	if (unlikely(shared.spilling)) {
		row = bpf_map_lookup_elem(&exec_launchspill, &number);
		/* Else the compiler makes one call of the two, for either map, which the kernel cannot make direct. */
		barrier_var(row);
		return row;
	}
	return bpf_map_lookup_elem(&exec_launches, &number);
}

/* Makes a launch's row. Whoever calls this looks for it afterwards: if another CPU is first, its row is as good. */
static __always_inline void add_launch(__u64 number, const struct exec_launch *launch)
{
	long refused;

	if (shared.spilling)
		refused = bpf_map_update_elem(&exec_launchspill, &number, launch, BPF_NOEXIST);
	else
		refused = bpf_map_update_elem(&exec_launches, &number, launch, BPF_NOEXIST);
	if (!refused)
		wake_user_space_in_time();
}

/* The row of a launch; NULL if the map takes no further one. */
static __always_inline struct exec_launch *
row_of_launch(__u64 number, const struct caller *caller, __u64 launcher, __u64 owner)
{
	struct exec_launch *row = find_launch(number);

	if (unlikely(!row)) {
		struct exec_launch launch = {
			.launcher = launcher, .owner = owner, .group = caller->group, .user = caller->user};

		add_launch(number, &launch);
		row = find_launch(number);
	}
	return row;
}

/*
 * The row of what a process used; NULL if the map takes no further one. An exec has made it, and user space knows what it
 * is of should it have been moved out of the map since.
 */
static __always_inline struct exec_launch *cost_of(__u64 number)
{
	const struct caller nobody = {};

	return row_of_launch(number, &nobody, 0, 0);
}

/* To a row, which can be missing. */
static __always_inline void add_cpu_in(struct exec_launch *row, __u64 cpu)
{
	if (row)
		__sync_fetch_and_add(&row->cpu, cpu);
	else
		__sync_fetch_and_add(&counters()->lost_cpu, cpu);
}

/* Not static: see path_number. */
__attribute__((noinline)) int add_cpu(__u64 launch, __u64 cpu)
{
	add_cpu_in(cost_of(launch), cpu);
	return 0;
}

static __always_inline void raise(__u64 *highest, __u64 value)
{
	/* Another CPU can raise it at the same time: once more, and then let it be. */
	for (int attempt = 0; attempt < 2; attempt++) {
		__u64 before = *highest;

		if (value <= before || __sync_val_compare_and_swap(highest, before, value) == before)
			return;
	}
}

/* Two buckets a power of two. Without branches: the verifier would follow each of them. */
static __always_inline __u32 wall_bucket(__u64 wall)
{
	__u64 rest = wall >> EXEC_WALL_FIRST_POWER;
	__u64 power = 0, bits, bucket;

	for (int width = 32; width; width /= 2) {
		/* The sign of what is too little for so many bits more is all ones. */
		bits = ~((__s64)((rest >> width) - 1) >> 63) & width;
		rest >>= bits;
		power += bits;
	}
	bucket = 2 * power + (wall >> (EXEC_WALL_FIRST_POWER - 1 + power) & 1);
	/* Where nothing is left of it, it is shorter than the second one's beginning. */
	bucket = wall >> EXEC_WALL_FIRST_POWER ? bucket : 0;
	return bucket < EXEC_WALL_BUCKETS ? bucket : EXEC_WALL_BUCKETS - 1;
}

/* What a process used beside CPU time. */
struct used {
	__u64 wall;
	__u64 major_faults;
	__u64 resident;
};

__attribute__((noinline)) int add_ending(const struct ending_key *ending, __u64 launch, __u64 cpu, const struct used *used)
{
	struct exec_launch *row;
	struct ending_key key;
	bool added;

	if (!ending || !used)
		return 0;
	key = *ending;
	row = cost_of(launch);
	add_cpu_in(row, cpu);
	if (row) {
		__sync_fetch_and_add(&row->wall, used->wall);
		raise(&row->longest, used->wall);
		if (used->major_faults)
			__sync_fetch_and_add(&row->major_faults, used->major_faults);
		if (key.status)
			__sync_fetch_and_add(&row->errors, 1);
		raise(&row->resident, used->resident);
	}
	if (unlikely(shared.spilling))
		added = add_in(&exec_endspill, &key);
	else
		added = add_in(&exec_endings, &key);
	if (unlikely(!added))
		__sync_fetch_and_add(&counters()->lost_endings, 1);
	__sync_fetch_and_add(&counters()->endings, 1);
	return 0;
}

/*
 * Where only some processes are counted, only those have a place. A thread that is not the leader has that of its process.
 */
static __always_inline bool is_counted(struct task_struct *task)
{
	return !config.inside || running_process(task->tgid);
}

/* --- What programs do --------------------------------------------------------------------------------------------- */

static __always_inline void process_begins(struct task_struct *parent, struct task_struct *child)
{
	struct process *process, *parents;

	if (!is_leader(child))
		return;
	parents = running_process(parent->tgid);
	if (config.inside && !parents)
		return;
	process = claim(child->tgid, start_of(child));
	if (!process) {
		__sync_fetch_and_add(&counters()->no_place, 1);
		return;
	}
	if (is_kernel_thread(child) || !parents) {
		process->owner = is_kernel_thread(child) ? EXEC_OWNER_KERNEL_THREAD : EXEC_OWNER_NO_PATH;
		process->launch = process->owner;
		process->launcher = process->owner;
		process->depth = 0;
	} else {
		process->owner = parents->owner;
		process->launch = parents->launch;
		process->launcher = parents->launcher;
		process->depth = parents->depth;
	}
	process->searches = 0;
	process->is_told = 0;
	process->base = 0;
	process->began = child->start_boottime;
	process->execs = 0;
}

/* Nobody, where only execs are counted. */
static __always_inline struct caller current_caller(struct task_struct *task)
{
	struct caller caller = {};

	if (!config.processes)
		return caller;
	caller.group = bpf_get_current_cgroup_id();
	caller.user = (__u32)bpf_get_current_uid_gid();
	caller.process = task->tgid;
	return caller;
}

/*
 * The same without calls, each of which costs what a look-up does where the processor is kept from guessing where a
 * function returns to. Before Linux 6.19 the verifier takes some milliseconds for each of these pointers: it is for the
 * ends of execve alone.
 */
static __always_inline struct caller read_caller(struct task_struct *task)
{
	struct caller caller = {};

	if (!config.processes)
		return caller;
	caller.group = task->cgroups->dfl_cgrp->kn->id;
	caller.user = task->cred->uid.val;
	caller.process = task->tgid;
	return caller;
}

/*
 * Counts what a launcher has run. Returns the launch's number.
 *
 * searches: as in exec_launch.
 */
__attribute__((noinline)) __u64 count_launch(const struct caller *caller, __u64 launcher, __u64 owner, __u64 searches)
{
	struct exec_launch *row;
	__u64 number;

	if (!caller)
		return 0;
	number = launch_number(launcher, owner, caller->group, caller->user);
	row = row_of_launch(number, caller, launcher, owner);
	if (unlikely(!row)) {
		__sync_fetch_and_add(&counters()->no_launch, 1);
		return number;
	}
	__sync_fetch_and_add(&row->execs, 1);
	if (searches)
		__sync_fetch_and_add(&row->searches, searches);
	return number;
}

/* The number by which failed execs refer to a launch, which has a row then; EXEC_OWNER_NO_ROW if it can have none. */
__attribute__((noinline)) __u64 known_launch(const struct caller *caller, __u64 launcher, __u64 owner)
{
	__u64 number;

	if (!caller)
		return 0;
	number = launch_number(launcher, owner, caller->group, caller->user);
	return row_of_launch(number, caller, launcher, owner) ? number : EXEC_OWNER_NO_ROW;
}

/* Where the launches of a process stand whose chain is as deep as one may be: below a launch of nothing. */
__attribute__((noinline)) __u64 deepest_launcher(__u64 launch)
{
	struct exec_launch deep = {.launcher = launch, .owner = EXEC_OWNER_DEEPER};
	__u64 number = launch_number(launch, EXEC_OWNER_DEEPER, 0, 0);

	if (!find_launch(number))
		add_launch(number, &deep);
	return number;
}

/* Its exec has succeeded: from now on it is the owner's. The task is its leader by then (de_thread in fs/exec.c). */
static __always_inline void process_runs(struct task_struct *task, const struct caller *caller, __u64 owner,
					 const struct path_key *path, __u32 length)
{
	struct process *process = process_of(task->tgid, start_of(task));
	__u64 number, searches = 0;

	if (unlikely(!process)) {
		count_launch(caller, EXEC_OWNER_NO_PLACE, owner, 0);
		return;
	}
	if (process->searches) {
		/* It has found the program, if that has the name for which it has searched. */
		if (process->searched == name_hash(path, length))
			searches = process->searches;
		process->searches = 0;
	}
	number = count_launch(caller, process->launcher, owner, searches);
	if (process->execs) {
		/* se.sum_exec_runtime is as old as the last tick or switch: what is missing goes to the next program. */
		__u64 used = BPF_CORE_READ(task, signal, sum_sched_runtime) + task->se.sum_exec_runtime;

		if (used > process->base) {
			add_cpu(process->launch, used - process->base);
			process->base = used;
		}
	}
	/* Reading the clock is a sixth of what an exec costs: a first one has begun with the fork, as its CPU time has. */
	if (process->execs || !process->began)
		process->began = bpf_ktime_get_boot_ns();
	process->execs = 1;
	process->owner = owner;
	process->launch = number;
	if (process->depth < EXEC_MAX_DEPTH) {
		process->depth++;
		process->launcher = process->depth < EXEC_MAX_DEPTH ? number : deepest_launcher(number);
	}
}

/* An exec of it was refused. Returns its launcher's number. */
static __always_inline __u64
process_fails(const struct caller *caller, const struct path_key *path, __u32 length)
{
	struct process *process = running_process(caller->process);
	__u32 name;

	if (!process)
		return EXEC_OWNER_NO_PLACE;
	name = name_hash(path, length);
	if (process->searched != name)
		process->searches = 0;
	process->searched = name;
	if (process->searches < 0xffff)
		process->searches++;
	return process->launcher;
}

#endif
