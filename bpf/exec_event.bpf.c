// SPDX-License-Identifier: GPL-2.0
/*
 * Tells of single execs of one path, or of all, while somebody wants to know: with their arguments, where they were made,
 * and how the process ended. These programs are loaded and attached only then, after those of exec_count.bpf.c, whose
 * table of processes they use.
 *
 *   sched_process_exec       it ran: the arguments as the kernel has copied them for the new program
 *   sys_exit_execve(at)      it failed: the arguments that user memory holds by then
 *   sched_process_exit       a process of which an exec was told has ended
 */
#include "exec_event.h"
#include "kernel.bpf.h"
#include "path_number.bpf.h"
#include "process_table.bpf.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EXEC_EVENTS_SIZE);
} exec_events SEC(".maps");

struct exec_watch watch;

struct qstr {
	const unsigned char *name;
} __attribute__((preserve_access_index));

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
} __attribute__((preserve_access_index));

struct vfsmount {
	struct dentry *mnt_root;
} __attribute__((preserve_access_index));

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
} __attribute__((preserve_access_index));

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} __attribute__((preserve_access_index));

struct fs_struct {
	struct path pwd;
} __attribute__((preserve_access_index));

/* The fields that these programs alone read of structures that kernel.bpf.h declares. */
struct task_struct___event {
	struct fs_struct *fs;
} __attribute__((preserve_access_index));

struct mm_struct___event {
	unsigned long arg_start;
	unsigned long arg_end;
} __attribute__((preserve_access_index));

struct linux_binprm___event {
	const char *interp;
} __attribute__((preserve_access_index));

/*
 * An offset below a size, a power of two. The compiler must not drop the mask where it knows the bound already: the
 * verifier of Linux 6.1 forgets it.
 */
static __always_inline __u32 masked(__u32 offset, __u32 size)
{
	barrier_var(offset);
	return offset & (size - 1);
}

static __always_inline void submit(void *event)
{
	/* User space reads at each refresh; between two of them it is woken only if much waits. */
	bool is_filling = bpf_ringbuf_query(&exec_events, BPF_RB_AVAIL_DATA) > EXEC_EVENTS_SIZE / 4;

	bpf_ringbuf_submit(event, is_filling ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

/* Of the process's last exec that was told of, if it has not been told before. */
static __always_inline void tell_end(struct process *process, __s32 status)
{
	struct exec_event_head *event;

	if (!process->is_told)
		return;
	process->is_told = 0;
	event = bpf_ringbuf_reserve(&exec_events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&watch.lost, 1);
		return;
	}
	event->kind = EXEC_EVENT_ENDED;
	event->process = process->group;
	event->start = process->start;
	event->time = bpf_ktime_get_ns();
	event->launch = process->launch;
	event->result = status;
	event->user = (__u32)bpf_get_current_uid_gid();
	submit(event);
}

/* The names from the working directory up to the root of its mount namespace. */
static __always_inline void read_directory(struct exec_event *event, struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ((struct task_struct___event *)task, fs);
	struct vfsmount *vfsmount = BPF_CORE_READ(fs, pwd.mnt);
	struct dentry *dentry = BPF_CORE_READ(fs, pwd.dentry);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	__u32 used = 0;

	event->directory_cut = 1;
	for (int depth = 0; depth < EXEC_DIRECTORY_DEPTH; depth++) {
		struct dentry *above;
		long length;

		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *outer = BPF_CORE_READ(mount, mnt_parent);

			if (outer == mount) {
				event->directory_cut = 0;
				break;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = outer;
			continue;
		}
		above = BPF_CORE_READ(dentry, d_parent);
		if (above == dentry || used >= EXEC_DIRECTORY_SIZE)
			break;
		length = bpf_probe_read_kernel_str(&event->directory[masked(used, EXEC_DIRECTORY_SIZE)], EXEC_NAME_SIZE,
						   BPF_CORE_READ(dentry, d_name.name));
		if (length <= 0 || length > EXEC_NAME_SIZE)
			break;
		used += length;
		dentry = above;
	}
	event->directory_kept = used;
}

/* An event without its arguments; NULL if there is no room. */
static __always_inline struct exec_event *begin(struct task_struct *task, struct process *process, __u32 kind,
						const struct path_key *path)
{
	struct exec_event *event = bpf_ringbuf_reserve(&exec_events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&watch.lost, 1);
		return NULL;
	}
	event->head.kind = kind;
	event->head.process = task->tgid;
	event->head.start = process ? process->start : 0;
	event->head.time = bpf_ktime_get_ns();
	event->head.user = (__u32)bpf_get_current_uid_gid();
	event->head.result = 0;
	event->arguments_size = 0;
	event->arguments_kept = 0;
	event->arguments_cut = 0;
	event->interpreter[0] = 0;
	bpf_probe_read_kernel(&event->path, sizeof(event->path), path);
	read_directory(event, task);
	return event;
}

static __always_inline bool is_watched(const struct path_key *path)
{
	return !watch.path || path_number(path) == watch.path;
}

/* Arguments: struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_exec")
int tell_exec_ran(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];
	struct process *process = process_of(task->tgid, start_of(task));
	unsigned long first, end;
	struct path_key path = {};
	struct exec_event *event;
	const char *interpreter;
	__u64 size;

	if (process)
		tell_end(process, EXEC_EVENT_REPLACED);
	if (bpf_probe_read_kernel_str(&path, sizeof(path), bprm->filename) < 0 || !is_watched(&path))
		return 0;
	event = begin(task, process, EXEC_EVENT_RAN, &path);
	if (!event)
		return 0;
	/* handle_exec_ran was attached before, so it has been here. */
	event->head.launch = process ? process->launch : 0;
	interpreter = BPF_CORE_READ((struct linux_binprm___event *)bprm, interp);
	if (interpreter != bprm->filename)
		bpf_probe_read_kernel_str(event->interpreter, sizeof(event->interpreter), interpreter);
	first = BPF_CORE_READ((struct mm_struct___event *)task->mm, arg_start);
	end = BPF_CORE_READ((struct mm_struct___event *)task->mm, arg_end);
	event->arguments_size = end - first;
	size = end - first;
	if (size > EXEC_ARGUMENTS_SIZE) {
		size = EXEC_ARGUMENTS_SIZE;
		event->arguments_cut = 1;
	}
	if (!bpf_probe_read_user(event->arguments, size, (const void *)first))
		event->arguments_kept = size;
	else
		event->arguments_cut = 1;
	if (process)
		process->is_told = 1;
	submit(event);
	return 0;
}

static __always_inline void read_arguments(struct exec_event *event, const __u64 *user_arguments)
{
	__u32 used = 0;

	event->arguments_cut = 1;
	for (int number = 0; number < EXEC_ARGUMENT_COUNT; number++) {
		const void *argument = NULL;
		long length;

		if (bpf_probe_read_user(&argument, sizeof(argument), &user_arguments[number]))
			break;
		if (!argument) {
			event->arguments_cut = 0;
			break;
		}
		if (used >= EXEC_ARGUMENTS_SIZE)
			break;
		length = bpf_probe_read_user_str(&event->arguments[masked(used, EXEC_ARGUMENTS_SIZE)], EXEC_ARGUMENT_SIZE,
						 argument);
		if (length <= 0 || length > EXEC_ARGUMENT_SIZE)
			break;
		used += length;
		/* What fills its room was cut, or ended just there. */
		if (length == EXEC_ARGUMENT_SIZE)
			break;
	}
	event->arguments_kept = used;
	event->arguments_size = used;
}

static __always_inline int tell_failed(struct sys_exit *ctx, __u64 user_path, __u64 user_arguments)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	struct process *process = running_process(task->tgid);
	struct path_key path = {};
	struct exec_event *event;

	if (ctx->ret >= 0 ||
	    bpf_probe_read_user_str(&path, sizeof(path), (const void *)user_path) < 0 || !is_watched(&path))
		return 0;
	event = begin(task, process, EXEC_EVENT_FAILED, &path);
	if (!event)
		return 0;
	event->head.launch = process ? process->launch : 0;
	event->head.result = ctx->ret;
	read_arguments(event, (const __u64 *)user_arguments);
	submit(event);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int tell_execve_failed(struct sys_exit *ctx)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());

	return tell_failed(ctx, FIRST_ARGUMENT(regs), SECOND_ARGUMENT(regs));
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int tell_execveat_failed(struct sys_exit *ctx)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());

	return tell_failed(ctx, SECOND_ARGUMENT(regs), THIRD_ARGUMENT(regs));
}

/* Arguments: struct task_struct *task, and from Linux 6.16 bool group_dead (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_exit")
int tell_end_of_process(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct process *process;

	if (task->signal->live.counter)
		return 0;
	/* handle_task_end was attached before: the process is not one that runs any more. */
	process = process_of(task->tgid, BPF_CORE_READ(task, group_leader, start_boottime) + 1);
	if (process)
		tell_end(process, process->status);
	return 0;
}
