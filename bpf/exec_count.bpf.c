// SPDX-License-Identifier: GPL-2.0
/*
 * Counts every exec by path, once, at its end:
 *
 *   sys_enter_execve(at)  counts the call, for the audit; prints it if asked
 *   sched_prepare_exec    past the point of no return (Linux 6.10): keeps the kernel's name, should the exec be refused
 *   sched_process_exec    it ran: counts it under the kernel's copy of the path
 *   sys_exit_execve(at)   it failed: counts it, and its errno, under what user memory holds by then
 *   sched_process_exit    it was refused past the point of no return, and its exit was not seen: counts that
 *
 * Who runs what, what the processes used and how they ended is counted besides: see exec_launch.bpf.h.
 *
 * At the entry the path can be missing from memory (these programs do not fault pages in; the kernel has by the end),
 * and another thread can change it before the kernel reads it. Past the point of no return user memory is the new
 * program's: no name is read there.
 */
#include "exec_groups.bpf.h"
#include "exec_launch.bpf.h"
#include "exec_name.bpf.h"
#include "exec_path.bpf.h"
#include "exec_rows.bpf.h"
#include "exec_shared.bpf.h"
#include "process_end.bpf.h"
#include "process_list.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* --- The entry ---------------------------------------------------------------------------------------------------- */

static __always_inline void print_call(const union named_path *name, __u32 length)
{
	if (length)
		bpf_printk("execve: %s", name->bytes);
	else
		bpf_printk("execve: (not in memory)");
}

/* What the tutorial's program does, with what it misses: the path as it is at the entry, and no atomic add. */
static __always_inline void count_as_tutorial(const void *user_path)
{
	struct path_key key = {};
	__u64 one = 1;
	__u64 *count;

	bpf_probe_read_user_str(key.path, sizeof(key.path), user_path);
	count = bpf_map_lookup_elem(&exec_count, &key);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&exec_count, &key, &one, BPF_ANY);
}

SEC("tracepoint/syscalls/sys_enter_execve")
int handle_execve_tp(struct sys_enter *ctx)
{
	const void *user_path = (const void *)ctx->args[0];

	__sync_fetch_and_add(&counters()->begun, 1);
	if (unlikely(shared.trace)) {
		union named_path name = {};

		print_call(&name, read_execve_path(&name, user_path));
	}
	if (config.tutorial)
		count_as_tutorial(user_path);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_execveat")
int handle_execveat_tp(struct sys_enter *ctx)
{
	__sync_fetch_and_add(&counters()->begun, 1);
	if (unlikely(shared.trace)) {
		union named_path name = {};

		print_call(&name, read_execveat_path(&name, ctx->args[0], (const void *)ctx->args[1]));
	}
	return 0;
}

/* --- Past the point of no return ---------------------------------------------------------------------------------- */

/* Arguments: struct task_struct *task, struct linux_binprm *bprm (include/trace/events/sched.h). */
SEC("tp_btf/sched_prepare_exec")
int handle_exec_prepared(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[1];
	struct name_slot *slot = name_of(task);
	long length;

	/* Of the exec before, which was refused: its exit was not seen, and a tracer kept the signal away. */
	if (unlikely(slot)) {
		if (is_counted(task)) {
			struct caller caller = current_caller(task);

			count_failure(&slot->path, slot->length, 0, &caller);
			__sync_fetch_and_add(&counters()->failed, 1);
		}
		release(slot, task);
	}
	slot = slot_of(task);
	if (__sync_val_compare_and_swap(&slot->owner, 0, (__u64)task)) {
		keep_elsewhere(task, bprm);
		return 0;
	}
	slot->group = task->tgid;
	__builtin_memset(&slot->path, 0, sizeof(slot->path));
	length = bpf_probe_read_kernel_str(&slot->path, sizeof(slot->path), bprm->filename);
	slot->length = length;
	if (unlikely(length <= 0)) {
		shared.lost_names = 1;
		release(slot, task);
	}
	return 0;
}

/* --- The end ------------------------------------------------------------------------------------------------------ */

/* Arguments: struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_exec")
int handle_exec_ran(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];
	struct name_slot *slot = name_of(task);
	struct caller caller;

	if (!is_counted(task)) {
		if (slot)
			release(slot, task);
		return 0;
	}
	caller = read_caller(task);
	if (slot) {
		count_run(task, &caller, &slot->path, slot->length);
		release(slot, task);
	} else {
		struct path_key path = {};
		long length = bpf_probe_read_kernel_str(&path, sizeof(path), bprm->filename);

		if (length <= 0) {
			__sync_fetch_and_add(&counters()->unreadable, 1);
			length = 0;
		}
		count_run(task, &caller, &path, length);
	}
	__sync_fetch_and_add(&counters()->ran, 1);
	return 0;
}

enum { SIGKILL_BIT = 1 << 8, SIGSEGV_BIT = 1 << 10 };

/* One of these signals waits for the task, or its whole group is about to die (include/linux/sched/signal.h). */
static __always_inline bool is_dying_of(struct task_struct *task, unsigned long signals)
{
	return is_group_exiting(task) || task->pending.signal.sig[0] & signals;
}

/* So it is when its exec was refused past the point of no return: the kernel sends it SIGSEGV then (fs/exec.c). */
static __always_inline bool can_be_refused_late(struct task_struct *task)
{
	return is_dying_of(task, SIGKILL_BIT | SIGSEGV_BIT);
}

/* The kernel makes the call again, unless the task is about to die (include/linux/errno.h). */
static __always_inline bool is_restarted(struct task_struct *task, __s64 ret)
{
	return ret <= -512 && ret >= -516 && !is_dying_of(task, SIGKILL_BIT);
}

/* An ELF loader sets start_code when nothing can fail any more. A program can be such that its own is 0, though. */
static __always_inline bool has_no_code(struct task_struct *task)
{
	return !BPF_CORE_READ(task, mm, start_code);
}

typedef struct caller caller_reader(struct task_struct *);
typedef __u32 path_reader(union named_path *, struct pt_regs *);

static __always_inline __u32 read_execve_registers(union named_path *name, struct pt_regs *regs)
{
	return read_execve_path(name, (const void *)FIRST_ARGUMENT(regs));
}

static __always_inline __u32 read_execveat_registers(union named_path *name, struct pt_regs *regs)
{
	return read_execveat_path(name, FIRST_ARGUMENT(regs), (const void *)SECOND_ARGUMENT(regs));
}

static __always_inline void
failed(struct task_struct *task, const struct caller *caller, __s64 ret, path_reader *read_path)
{
	struct name_slot *slot = config.keeps_names ? name_of(task) : NULL;
	union named_path name;
	__u32 length;

	if (slot) {
		count_failure(&slot->path, slot->length, ret, caller);
		release(slot, task);
		return;
	}
	if ((!config.keeps_names || shared.lost_names) && can_be_refused_late(task) && has_no_code(task)) {
		__sync_fetch_and_add(&counters()->refused_late, 1);
		return;
	}
	__builtin_memset(&name, 0, sizeof(name));
	length = read_path(&name, (void *)bpf_task_pt_regs(task));
	if (length)
		count_failure(&name.path, length, ret, caller);
	else
		__sync_fetch_and_add(&counters()->unreadable, 1);
}

static __always_inline int ended(struct sys_exit *ctx, caller_reader *read_caller_of, path_reader *read_path)
{
	struct task_struct *task;
	struct caller caller;

	/* It ran: sched_process_exec has counted it. (Or a seccomp filter said so; nothing tells which.) */
	if (ctx->ret == 0)
		return 0;
	task = (void *)bpf_get_current_task_btf();
	if (is_restarted(task, ctx->ret)) {
		__sync_fetch_and_add(&counters()->restarted, 1);
		return 0;
	}
	if (!is_counted(task)) {
		struct name_slot *slot = config.keeps_names ? name_of(task) : NULL;

		if (slot)
			release(slot, task);
		return 0;
	}
	caller = read_caller_of(task);
	failed(task, &caller, ctx->ret, read_path);
	__sync_fetch_and_add(&counters()->failed, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int handle_execve_end(struct sys_exit *ctx)
{
	return ended(ctx, read_caller, read_execve_registers);
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int handle_execveat_end(struct sys_exit *ctx)
{
	return ended(ctx, current_caller, read_execveat_registers);
}

/*
 * A program of another architecture that is refused while it is loaded, such as one for i386: its task belongs to that
 * architecture by then, so sys_exit_execve passes it over. It dies, with the name that sched_prepare_exec kept and with
 * the result still in its registers.
 *
 * Arguments: struct task_struct *task, and from Linux 6.16 bool group_dead (include/trace/events/sched.h).
 */
SEC("tp_btf/sched_process_exit")
int handle_task_end(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct name_slot *slot;
	struct caller caller;
	struct pt_regs *regs;
	bool counts = is_counted(task);

	if (config.processes)
		process_ends(task);
	slot = config.keeps_names ? name_of(task) : NULL;
	if (!slot)
		return 0;
	if (!counts) {
		release(slot, task);
		return 0;
	}
	regs = (void *)bpf_task_pt_regs(task);
	caller = current_caller(task);
	count_failure(&slot->path, slot->length, RESULT(regs), &caller);
	release(slot, task);
	__sync_fetch_and_add(&counters()->failed, 1);
	return 0;
}

/* --- Processes ---------------------------------------------------------------------------------------------------- */

/* Arguments: struct task_struct *parent, struct task_struct *child (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_fork")
int handle_fork(__u64 *ctx)
{
	process_begins((void *)ctx[0], (void *)ctx[1]);
	return 0;
}

/* Arguments: struct task_struct *task (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_free")
int handle_free(__u64 *ctx)
{
	process_is_freed((void *)ctx[0]);
	return 0;
}

/* Arguments: struct cgroup *group, const char *path (include/trace/events/cgroup.h). */
SEC("tp_btf/cgroup_mkdir")
int handle_group(__u64 *ctx)
{
	group_begins((void *)ctx[0], (const char *)ctx[1]);
	return 0;
}

SEC("syscall")
int settle_processes(void *ctx __attribute__((unused)))
{
	bpf_for_each_map_elem(&exec_processes, settle_set, NULL, 0);
	return 0;
}

SEC("iter/task")
int list_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		list_task(ctx->meta->seq, task);
	return 0;
}

SEC("iter/task")
int adopt_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		adopt_task(ctx->meta->seq, task);
	return 0;
}
