/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's names of execs past the point of no return, kept in case they are refused. */
#ifndef EXEC_NAME_BPF_H
#define EXEC_NAME_BPF_H

#include "exec_shared.bpf.h"

/* The names of execs past the point of no return that found their slot taken, by the address of the task_struct. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct name_slot);
	__uint(max_entries, EXEC_MORE_NAMES);
} exec_names SEC(".maps");

/*
 * From sched_prepare_exec on an exec runs or its task dies (unless a tracer keeps the signal away), so a slot has one
 * owner from there to the end. A task keeps its address and its thread group's id meanwhile; the thread's own id and
 * start change when it takes over the leader's (de_thread in fs/exec.c).
 */
static __always_inline struct name_slot *slot_of(struct task_struct *task)
{
	__u32 address = (__u32)(__u64)task;

	return &shared.slots[(address >> 6 ^ address >> 13) % EXEC_NAME_SLOTS];
}

/* Where the task's name is; NULL if it has none. The group tells it from a dead one at its address, whose end was skipped. */
static __always_inline struct name_slot *name_of(struct task_struct *task)
{
	struct name_slot *slot = slot_of(task);
	__u64 address = (__u64)task;

	if (slot->owner == address && slot->group == task->tgid)
		return slot;
	if (!shared.more_names)
		return NULL;
	slot = bpf_map_lookup_elem(&exec_names, &address);
	return slot && slot->group == task->tgid ? slot : NULL;
}

static __always_inline void release(struct name_slot *slot, struct task_struct *task)
{
	__u64 address = (__u64)task;

	/* The path is not read after this: another task may have the slot at once. */
	if (slot->owner)
		*(volatile __u64 *)&slot->owner = 0;
	else if (!bpf_map_delete_elem(&exec_names, &address))
		__sync_fetch_and_sub(&shared.more_names, 1);
}

static __always_inline void keep_elsewhere(struct task_struct *task, struct linux_binprm *bprm)
{
	struct name_slot name = {.group = task->tgid};
	__u64 address = (__u64)task;
	long length = bpf_probe_read_kernel_str(&name.path, sizeof(name.path), bprm->filename);

	name.length = length;
	if (length > 0 && !bpf_map_update_elem(&exec_names, &address, &name, BPF_ANY))
		__sync_fetch_and_add(&shared.more_names, 1);
	else
		shared.lost_names = 1;
}

#endif
