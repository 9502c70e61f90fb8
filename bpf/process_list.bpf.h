/* SPDX-License-Identifier: GPL-2.0 */
/* What iterators over all tasks do: they list the processes that run, and take in those that ran before. */
#ifndef PROCESS_LIST_BPF_H
#define PROCESS_LIST_BPF_H

#include "process_end.bpf.h"

static __always_inline void list_task(struct seq_file *seq, struct task_struct *task)
{
	struct process *process = is_leader(task) ? process_of(task->tgid, start_of(task)) : running_process(task->tgid);
	struct task_record record = {.launch = EXEC_OWNER_NO_PLACE, .cpu = task->se.sum_exec_runtime};

	if (config.inside && !process)
		return;
	if (is_leader(task)) {
		/* Threads of it that have ended. */
		record.cpu += BPF_CORE_READ(task, signal, sum_sched_runtime);
		record.runs = !process || !process->ended;
	}
	if (process) {
		record.launch = process->launch;
		/* The base is that of all its tasks. The leader can have less than that: user space adds it to the others. */
		if (is_leader(task))
			record.cpu -= process->base;
	} else if (!began_since(task)) {
		record.cpu = 0;
	}
	bpf_seq_write(seq, &record, sizeof(record));
}

/*
 * Takes in processes that ran before, with what they have used until now as their base. A thread that ends between the
 * visits of itself and of its leader is not in it.
 */
static __always_inline void adopt_task(struct seq_file *seq, struct task_struct *task)
{
	__u64 start = BPF_CORE_READ(task, group_leader, start_boottime) + 1;
	struct process *process = process_of(task->tgid, start);
	__u64 used = task->se.sum_exec_runtime;

	if (!shared.since)
		shared.since = bpf_ktime_get_boot_ns();
	if (config.inside && BPF_CORE_READ(task, real_parent, tgid) != (__s32)(bpf_get_current_pid_tgid() >> 32))
		return;
	if (!process) {
		process = claim(task->tgid, start);
		if (!process)
			return;
		process->owner = is_kernel_thread(task) ? EXEC_OWNER_KERNEL_THREAD : EXEC_OWNER_NO_PATH;
		process->launch = process->owner;
		process->launcher = process->owner;
		process->depth = 0;
		process->searches = 0;
		process->is_told = 0;
		process->base = 0;
		process->began = 0;
		/* What a child used before is of what made it. */
		process->execs = !config.inside;
		process->adopted = shared.adoption;
	}
	if (process->adopted == shared.adoption) {
		if (is_leader(task))
			used += BPF_CORE_READ(task, signal, sum_sched_runtime);
		__sync_fetch_and_add(&process->base, used);
	}
	if (process->owner == EXEC_OWNER_NO_PATH && is_leader(task)) {
		struct adoption_record record = {
			.group = task->tgid,
			.parent = BPF_CORE_READ(task, real_parent, tgid),
			.start = start,
			.control_group = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id),
			.user = BPF_CORE_READ(task, cred, uid.val),
		};

		bpf_seq_write(seq, &record, sizeof(record));
	}
}

#endif
