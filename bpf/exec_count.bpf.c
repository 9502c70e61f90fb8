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
 * At the entry the path can be missing from memory (these programs do not fault pages in; the kernel has by the end),
 * and another thread can change it before the kernel reads it. Past the point of no return user memory is the new
 * program's: no name is read there.
 */
#include "exec_count.h"
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct path_key);
	__type(value, __u64);
	__uint(max_entries, EXEC_MAX_PATHS);
} exec_count SEC(".maps");

/* Of those in exec_count: the ones that failed. */
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

/* The names of execs past the point of no return that found their slot taken, by the address of the task_struct. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct name_slot);
	__uint(max_entries, EXEC_MORE_NAMES);
} exec_names SEC(".maps");

/* Wakes user space before the maps are full. Nothing but the wake-up is meant. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} exec_wake SEC(".maps");

struct exec_shared shared;

/* Alone in a section, so at its beginning. The verifier removes what a 0 here switches off. */
const volatile struct exec_config config SEC(".rodata.config") = {.wake_at = EXEC_MAX_PATHS / 4 * 3};

/* The records of the syscalls tracepoints: /sys/kernel/tracing/events/syscalls/sys_{enter,exit}_execve/format. */
struct sys_enter {
	__u64 common;
	__u64 nr;
	__u64 args[6];
};

struct sys_exit {
	__u64 common;
	__u64 nr;
	__s64 ret;
};

/* The fields used of the kernel's own structures; CO-RE finds them in the running kernel. */
struct linux_binprm {
	const char *filename;
} __attribute__((preserve_access_index));

struct mm_struct {
	unsigned long start_code;
} __attribute__((preserve_access_index));

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct sigpending {
	sigset_t signal;
} __attribute__((preserve_access_index));

struct signal_struct {
	unsigned int flags;
} __attribute__((preserve_access_index));

struct task_struct {
	struct mm_struct *mm;
	struct signal_struct *signal;
	struct sigpending pending;
	__s32 tgid;
} __attribute__((preserve_access_index));

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long ax, di, si;
} __attribute__((preserve_access_index));
#define FIRST_ARGUMENT(regs) ((regs)->di)
#define SECOND_ARGUMENT(regs) ((regs)->si)
#define RESULT(regs) ((__s64)(regs)->ax)
#elif defined(__TARGET_ARCH_arm64)
/* regs[0] holds the result by then; orig_x0 still holds the first argument. */
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
} __attribute__((preserve_access_index));
#define FIRST_ARGUMENT(regs) ((regs)->orig_x0)
#define SECOND_ARGUMENT(regs) ((regs)->regs[1])
#define RESULT(regs) ((__s64)(regs)->regs[0])
#else
#error "Which registers hold a system call's first two arguments and its result?"
#endif

static __always_inline struct exec_counters *counters(void)
{
	return &shared.lines[bpf_get_smp_processor_id() % EXEC_COUNTER_LINES];
}

static __always_inline void wake_user_space_in_time(void)
{
	__u32 inserted = __sync_fetch_and_add(&shared.inserted, 1) + 1;
	__u8 nothing = 0;

	/* Again every 256, should the first one have been lost. */
	if (inserted == config.wake_at || (inserted > config.wake_at && inserted % 256 == 0))
		bpf_ringbuf_output(&exec_wake, &nothing, sizeof(nothing), BPF_RB_FORCE_WAKEUP);
}

/* Adds one to key's value. False if the map takes no further key. */
static __always_inline bool add_in(void *map, const void *key)
{
	__u64 one = 1;
	__u64 *value = bpf_map_lookup_elem(map, key);

	if (!value) {
		if (!bpf_map_update_elem(map, key, &one, BPF_NOEXIST)) {
			wake_user_space_in_time();
			return true;
		}
		/* Another CPU was first, or there is no room. */
		value = bpf_map_lookup_elem(map, key);
		if (!value)
			return false;
	}
	__sync_fetch_and_add(value, 1);
	return true;
}

/*
 * The row of an exec that has ended. Whoever calls this adds to `ran` or `failed` afterwards: a total that is read before
 * the rows is then never more than what they hold.
 */
static __always_inline void count_path(const struct path_key *path)
{
	bool added;

	if (config.tutorial)
		return;
	if (shared.spilling)
		added = add_in(&exec_spill, path);
	else
		added = add_in(&exec_count, path);
	if (!added)
		__sync_fetch_and_add(&counters()->map_full, 1);
}

static __always_inline void count_failure(struct failure_key *key, __s64 ret)
{
	const __s64 max_errno = 4095;
	bool added;

	count_path(&key->path);
	if (config.tutorial)
		return;
	/* A result that is no errno is that of a seccomp filter which traps or kills, or what a tracer has put there. */
	key->error = ret < 0 && ret >= -max_errno ? -ret : 0;
	if (shared.spilling)
		added = add_in(&exec_failspill, key);
	else
		added = add_in(&exec_failed, key);
	if (!added)
		__sync_fetch_and_add(&counters()->no_errno, 1);
}

/* Room for a whole path behind a "/dev/fd/N/"; what does not fit the key is cut off. */
union named_path {
	struct failure_key key;
	char bytes[sizeof(struct failure_key) + 32];
};

/* False if user memory does not hold the path. */
static __always_inline bool read_execve_path(union named_path *name, const void *user_path)
{
	return bpf_probe_read_user_str(name->bytes, EXEC_PATH_SIZE, user_path) >= 0;
}

/* As the kernel names it (fs/exec.c, alloc_bprm): relative to a directory's descriptor, or the descriptor itself. */
static __always_inline bool read_execveat_path(union named_path *name, __s32 directory, const void *user_path)
{
	const __s32 at_fdcwd = -100;
	__u64 arguments[] = {directory};
	long length;
	char first;

	if (bpf_probe_read_user(&first, sizeof(first), user_path))
		return false;
	if (first == '/' || directory == at_fdcwd)
		return read_execve_path(name, user_path);

	/* With the NUL, at most 20 bytes. */
	length = bpf_snprintf(name->bytes, 32, "/dev/fd/%d", arguments, sizeof(arguments));
	if (length < 1 || length > 32)
		return false;
	if (first == 0)
		return true;
	name->bytes[length - 1] = '/';
	if (bpf_probe_read_user_str(name->bytes + length, EXEC_PATH_SIZE, user_path) < 0)
		return false;
	name->bytes[EXEC_PATH_SIZE - 1] = 0;
	return true;
}

/* --- The entry ---------------------------------------------------------------------------------------------------- */

static __always_inline void print_call(const union named_path *name, bool is_read)
{
	if (is_read)
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
	if (shared.trace) {
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
	if (shared.trace) {
		union named_path name = {};

		print_call(&name, read_execveat_path(&name, ctx->args[0], (const void *)ctx->args[1]));
	}
	return 0;
}

/* --- Past the point of no return ---------------------------------------------------------------------------------- */

/*
 * From here on an exec runs or its task dies (unless a tracer keeps the signal away), so a slot has one owner from
 * sched_prepare_exec to the end. A task keeps its address and its thread group's id meanwhile; the thread's own id and
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

	if (bpf_probe_read_kernel_str(&name.key.path, sizeof(name.key.path), bprm->filename) >= 0 &&
	    !bpf_map_update_elem(&exec_names, &address, &name, BPF_ANY))
		__sync_fetch_and_add(&shared.more_names, 1);
}

/* Arguments: struct task_struct *task, struct linux_binprm *bprm (include/trace/events/sched.h). */
SEC("tp_btf/sched_prepare_exec")
int handle_exec_prepared(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[1];
	struct name_slot *slot = name_of(task);

	/* Of the exec before, which was refused: its exit was not seen, and a tracer kept the signal away. */
	if (slot) {
		count_failure(&slot->key, 0);
		release(slot, task);
		__sync_fetch_and_add(&counters()->failed, 1);
	}
	slot = slot_of(task);
	if (__sync_val_compare_and_swap(&slot->owner, 0, (__u64)task)) {
		keep_elsewhere(task, bprm);
		return 0;
	}
	slot->group = task->tgid;
	__builtin_memset(&slot->key.path, 0, sizeof(slot->key.path));
	if (bpf_probe_read_kernel_str(&slot->key.path, sizeof(slot->key.path), bprm->filename) < 0)
		release(slot, task);
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

	if (slot) {
		count_path(&slot->key.path);
		release(slot, task);
	} else {
		struct path_key path = {};

		if (bpf_probe_read_kernel_str(&path, sizeof(path), bprm->filename) < 0)
			__sync_fetch_and_add(&counters()->unreadable, 1);
		else
			count_path(&path);
	}
	__sync_fetch_and_add(&counters()->ran, 1);
	return 0;
}

enum { SIGKILL_BIT = 1 << 8, SIGSEGV_BIT = 1 << 10 };

/* One of these signals waits for the task, or its whole group is about to die (include/linux/sched/signal.h). */
static __always_inline bool is_dying_of(struct task_struct *task, unsigned long signals)
{
	const unsigned int signal_group_exit = 4;

	return task->signal->flags & signal_group_exit || task->pending.signal.sig[0] & signals;
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
	return !task->mm || !task->mm->start_code;
}

typedef bool path_reader(union named_path *, struct pt_regs *);

static __always_inline bool read_execve_registers(union named_path *name, struct pt_regs *regs)
{
	return read_execve_path(name, (const void *)FIRST_ARGUMENT(regs));
}

static __always_inline bool read_execveat_registers(union named_path *name, struct pt_regs *regs)
{
	return read_execveat_path(name, FIRST_ARGUMENT(regs), (const void *)SECOND_ARGUMENT(regs));
}

static __always_inline void failed(struct task_struct *task, __s64 ret, path_reader *read_path)
{
	union named_path name;

	if (can_be_refused_late(task)) {
		struct name_slot *slot = name_of(task);

		if (slot) {
			count_failure(&slot->key, ret);
			release(slot, task);
			return;
		}
		if (has_no_code(task)) {
			__sync_fetch_and_add(&counters()->refused_late, 1);
			return;
		}
	}
	__builtin_memset(&name, 0, sizeof(name));
	if (read_path(&name, (void *)bpf_task_pt_regs(task)))
		count_failure(&name.key, ret);
	else
		__sync_fetch_and_add(&counters()->unreadable, 1);
}

static __always_inline int ended(struct sys_exit *ctx, path_reader *read_path)
{
	struct task_struct *task;

	/* It ran: sched_process_exec has counted it. (Or a seccomp filter said so; nothing tells which.) */
	if (ctx->ret == 0)
		return 0;
	task = (void *)bpf_get_current_task_btf();
	if (is_restarted(task, ctx->ret)) {
		__sync_fetch_and_add(&counters()->restarted, 1);
		return 0;
	}
	failed(task, ctx->ret, read_path);
	__sync_fetch_and_add(&counters()->failed, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int handle_execve_end(struct sys_exit *ctx)
{
	return ended(ctx, read_execve_registers);
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int handle_execveat_end(struct sys_exit *ctx)
{
	return ended(ctx, read_execveat_registers);
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
	struct name_slot *slot = name_of(task);
	struct pt_regs *regs;

	if (!slot)
		return 0;
	regs = (void *)bpf_task_pt_regs(task);
	count_failure(&slot->key, RESULT(regs));
	release(slot, task);
	__sync_fetch_and_add(&counters()->failed, 1);
	return 0;
}
