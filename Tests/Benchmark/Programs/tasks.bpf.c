/* SPDX-License-Identifier: GPL-2.0 */
/* Writes 48 bytes of each task: the least that a monitor needs of it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct sched_entity {
	__u64 sum_exec_runtime;
} __attribute__((preserve_access_index));

struct task_struct {
	struct sched_entity se;
	__s32 pid;
	__s32 tgid;
	__u64 start_boottime;
	char comm[16];
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

struct record {
	__s32 pid, tgid;
	__u64 start, cpu;
	__u64 reserved[3];
};

SEC("iter/task")
int list_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct record record = {};

	if (!task)
		return 0;
	record.pid = task->pid;
	record.tgid = task->tgid;
	record.start = task->start_boottime;
	record.cpu = task->se.sum_exec_runtime;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
