/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a process ends, and what it has used by then: read when its last thread ends, and added to the row of its launch
 * once the kernel has added up its threads.
 */
#ifndef PROCESS_END_BPF_H
#define PROCESS_END_BPF_H

#include "exec_launch.bpf.h"

/* Of what began before, it is not known how much it had used then. */
static __always_inline bool began_since(struct task_struct *task)
{
	return shared.since && task->start_boottime >= shared.since;
}

/*
 * How a process ends, which is known when its last thread does.
 *
 * signal: that of the task. Before Linux 6.19 the verifier searches the kernel's types each time that it meets a load of
 * a pointer, which takes milliseconds: so it is loaded once.
 */
static __always_inline void read_end(struct process *process, struct task_struct *task, struct signal_struct *signal)
{
	struct task_struct *leader = is_leader(task) ? task : BPF_CORE_READ(task, group_leader);

	process->signal = (__u64)signal;
	process->leader = (__u64)leader;
	process->resident = signal->maxrss * config.page_size;
	process->major_faults = signal->maj_flt + task->maj_flt;
	process->status = task->exit_code;
	if (!is_leader(task)) {
		process->status = BPF_CORE_READ(leader, exit_code);
		process->major_faults += BPF_CORE_READ(leader, maj_flt);
	}
	if (signal->flags & SIGNAL_GROUP_EXIT)
		process->status = signal->group_exit_code;
}

/*
 * Adds what a process used to its launch's row, unless somebody else does. Returns 1 if it did.
 *
 * cpu: nanoseconds that all its threads used.
 */
__attribute__((noinline)) int settle(struct process *process, __u64 start, __u64 cpu)
{
	struct ending_key ending = {.wall = EXEC_WALL_UNKNOWN};
	struct used used = {};
	__u64 base, launch;

	if (!process)
		return 0;
	ending.owner = process->owner;
	ending.status = process->status;
	launch = process->launch;
	base = process->base;
	used.major_faults = process->major_faults;
	used.resident = process->resident;
	if (process->began && process->ended > process->began) {
		used.wall = process->ended - process->began;
		ending.wall = wall_bucket(used.wall);
	}
	/* What was read above is that process's only if it still is. */
	if (__sync_val_compare_and_swap(&process->open, start, 0) != start)
		return 0;
	__sync_fetch_and_add(&counters()->settled, 1);
	/* The base was read while it ran, and can be a little more than what the kernel adds up in the end. */
	add_ending(&ending, launch, cpu > base ? cpu - base : 0, &used);
	return 1;
}

static __always_inline void process_is_freed(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	__u64 start = start_of(task);
	struct process *process;

	/* What has ended before processes are looked at is not counted. */
	if (!is_leader(task) || !shared.since)
		return;
	process = process_of(task->tgid, start);
	if (process) {
		if (process->open == start) {
			/* Its end was not seen. */
			if (!process->ended) {
				read_end(process, task, signal);
				__sync_fetch_and_add(&counters()->exits, 1);
			}
			settle(process, start, signal->sum_sched_runtime);
		}
		/* Nothing of it is read after this: another process may have the place at once. */
		*(volatile __u64 *)&process->start = 0;
	} else if (!config.inside) {
		struct ending_key ending = {
			.owner = EXEC_OWNER_NO_PLACE, .status = task->exit_code, .wall = EXEC_WALL_UNKNOWN};
		struct used nothing = {};

		add_ending(&ending, EXEC_OWNER_NO_PLACE, began_since(task) ? signal->sum_sched_runtime : 0, &nothing);
	}
}

/*
 * Adds what a process used to its row that has ended and been waited for.
 *
 * As long as it has its place, its leader's task_struct and their signal_struct are there: the kernel frees them after
 * sched_process_free. Where that was not seen, they can be another's by now.
 */
__attribute__((noinline)) int settle_ended(struct process *process, __u64 start)
{
	struct signal_struct *signal;
	struct task_struct *leader;
	int threads;
	__u64 cpu;

	if (!process || !start || !process->ended || process->open != start)
		return 0;
	signal = (void *)process->signal;
	leader = (void *)process->leader;
	threads = BPF_CORE_READ(signal, nr_threads);
	cpu = BPF_CORE_READ(signal, sum_sched_runtime);
	if (BPF_CORE_READ(leader, start_boottime) + 1 != start) {
		/* It was freed unseen. The rest is known. */
		if (settle(process, start, 0))
			__sync_fetch_and_add(&counters()->unread, 1);
	} else if (!threads) {
		/* Until its parent has waited for it, it is among the processes that are listed. */
		settle(process, start, cpu);
	}
	return 0;
}

static long settle_set(struct bpf_map *map __attribute__((unused)), const __u32 *number __attribute__((unused)),
		       struct process_set *set, void *context __attribute__((unused)))
{
	for (int way = 0; way < EXEC_PROCESS_WAYS; way++) {
		struct process *process = &set->ways[way];

		settle_ended(process, process->start);
	}
	return 0;
}

static __always_inline void settle_again(struct ended_process *ended)
{
	struct process *process = ended->start ? process_of(ended->group, ended->start) : NULL;

	if (process) {
		settle_ended(process, ended->start);
		if (process->open == ended->start)
			return;
	}
	ended->start = 0;
}

/*
 * Some processes are freed unseen, and soon others have their memory: not to lose them, each end looks after the one
 * before it on its CPU, and after an earlier one, whose parent may not have waited for it until now.
 */
static __always_inline void settle_earlier(struct process *process)
{
	struct ended_processes *ended = &shared.ended[bpf_get_smp_processor_id() % EXEC_COUNTER_LINES];
	__u32 number = ended->count++;

	settle_again(&ended->last[(number - 1) % EXEC_ENDED]);
	/* The oldest one, whose place is taken now. */
	settle_again(&ended->last[number % EXEC_ENDED]);
	ended->last[number % EXEC_ENDED].group = process->group;
	ended->last[number % EXEC_ENDED].start = process->start;
}

/* Before Linux 6.16 several of its threads can find that they are the last: the first of them counts. */
static __always_inline void process_ends(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct process *process;

	if (signal->live.counter)
		return;
	process = running_process(task->tgid);
	if (!process)
		return;
	read_end(process, task, signal);
	process->ended = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&counters()->exits, 1);
	settle_earlier(process);
}

#endif
