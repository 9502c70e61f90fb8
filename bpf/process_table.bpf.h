/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that have not been freed, by their ids. */
#ifndef PROCESS_TABLE_BPF_H
#define PROCESS_TABLE_BPF_H

#include "exec_count.h"
#include "kernel.bpf.h"

/* User space maps it to say what those run that were there before. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct process_set);
	__uint(max_entries, EXEC_PROCESS_SETS);
} exec_processes SEC(".maps");

static __always_inline struct process_set *set_of(__s32 group)
{
	__u32 number = (__u32)group % EXEC_PROCESS_SETS;

	return bpf_map_lookup_elem(&exec_processes, &number);
}

/* The process with this id and start. */
static __always_inline struct process *process_of(__s32 group, __u64 start)
{
	struct process_set *set = set_of(group);

	for (int way = 0; set && way < EXEC_PROCESS_WAYS; way++) {
		struct process *process = &set->ways[way];

		if (process->start == start && process->group == group)
			return process;
	}
	return NULL;
}

/* The process with this id that runs. An earlier one of the same id may not be freed yet. */
static __always_inline struct process *running_process(__s32 group)
{
	struct process_set *set = set_of(group);

	for (int way = 0; set && way < EXEC_PROCESS_WAYS; way++) {
		struct process *process = &set->ways[way];

		if (process->group == group && process->start && !process->ended)
			return process;
	}
	return NULL;
}

/*
 * A place for a new process; NULL if its set has none. If need be, that of the process that ended first and is in its
 * row: the kernel frees some unseen, and their places would stay taken.
 */
static __always_inline struct process *claim(__s32 group, __u64 start)
{
	struct process_set *set = set_of(group);
	__u64 before = 0, ended = ~0ULL;
	struct process *place;
	__u32 chosen = EXEC_PROCESS_WAYS;

	if (!set)
		return NULL;
	for (__u32 way = 0; way < EXEC_PROCESS_WAYS; way++) {
		struct process *process = &set->ways[way];

		if (!process->start) {
			chosen = way;
			before = 0;
			break;
		}
		if (process->open != process->start && process->ended < ended) {
			chosen = way;
			before = process->start;
			ended = process->ended;
		}
	}
	if (chosen >= EXEC_PROCESS_WAYS)
		return NULL;
	place = &set->ways[chosen];
	if (__sync_val_compare_and_swap(&place->start, before, start) != before)
		return NULL;
	place->group = group;
	place->ended = 0;
	place->adopted = 0;
	place->open = start;
	return place;
}

static __always_inline bool is_leader(const struct task_struct *task)
{
	return task->pid == task->tgid;
}

static __always_inline __u64 start_of(const struct task_struct *leader)
{
	return leader->start_boottime + 1;
}

#endif
