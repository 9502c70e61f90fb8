// SPDX-License-Identifier: GPL-2.0
/*
 * Counts every exec by path.
 *
 * An exec is counted once: at its entry, if its path can be read there, and otherwise at its end. The entry of one that
 * it counted stays in a slot until the end, so that the end knows it from one that has yet to be counted:
 *
 *   sys_enter_execve     reads the path, counts it, leaves it in the task's slot
 *   sched_process_exec   it ran: counts it under the kernel's copy of the path, unless the slot says it is counted
 *   sys_exit_execve(at)  it failed: likewise, from user memory again, and counts the errno
 *
 * Counted at the end are paths that were not in memory at entry (this does not fault pages in, the kernel has by then),
 * execveat, 32-bit callers, execs the kernel makes itself, and entries that the kernel skipped.
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

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long di, si;
} __attribute__((preserve_access_index));
#define FIRST_ARGUMENT(regs) ((regs)->di)
#define SECOND_ARGUMENT(regs) ((regs)->si)
#elif defined(__TARGET_ARCH_arm64)
/* regs[0] holds the result by then; orig_x0 still holds the first argument. */
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
} __attribute__((preserve_access_index));
#define FIRST_ARGUMENT(regs) ((regs)->orig_x0)
#define SECOND_ARGUMENT(regs) ((regs)->regs[1])
#else
#error "Which registers hold the first two arguments of a system call?"
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

/* The row first and the total last: a total read before the rows is never more than what they hold. */
static __always_inline void count(struct path_key *path)
{
	struct exec_counters *line = counters();
	bool added;

	if (shared.spilling)
		added = add_in(&exec_spill, path);
	else
		added = add_in(&exec_count, path);
	if (!added)
		__sync_fetch_and_add(&line->map_full, 1);
	__sync_fetch_and_add(&line->execs, 1);
	if (shared.trace)
		bpf_printk("execve: %s", path->path);
}

static __always_inline void count_unreadable(void)
{
	struct exec_counters *line = counters();

	__sync_fetch_and_add(&line->unreadable, 1);
	__sync_fetch_and_add(&line->execs, 1);
}

static __always_inline void count_failure(struct failure_key *key, __s64 ret)
{
	bool added;

	key->error = -ret;
	if (shared.spilling)
		added = add_in(&exec_failspill, key);
	else
		added = add_in(&exec_failed, key);
	if (!added)
		__sync_fetch_and_add(&counters()->no_errno, 1);
}

static __always_inline struct exec_slot *slot_of(__u32 task)
{
	return &shared.slots[task % EXEC_SLOTS];
}

/* The exec that now ends was counted at its entry, which left its path in the slot. */
static __always_inline bool counted_at_entry(struct exec_slot *slot, __u32 task)
{
	return slot->task == task;
}

static __always_inline void release(struct exec_slot *slot)
{
	/* The path is not read after this: another task may have the slot at once. */
	*(volatile __u64 *)&slot->task = 0;
}

SEC("tracepoint/syscalls/sys_enter_execve")
int handle_execve_tp(struct sys_enter *ctx)
{
	__u32 task = bpf_get_current_pid_tgid();
	struct exec_slot *slot = slot_of(task);
	__u64 owner = __sync_val_compare_and_swap(&slot->task, 0, task);

	/* Taken by another task's exec: this one is counted at its end. Its own: the end of its last one was skipped. */
	if (owner && owner != task)
		return 0;

	__builtin_memset(&slot->key.path, 0, sizeof(slot->key.path));
	if (bpf_probe_read_user_str(&slot->key.path, sizeof(slot->key.path), (void *)ctx->args[0]) < 0)
		release(slot);
	else
		count(&slot->key.path);
	return 0;
}

/* Arguments: struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm (include/trace/events/sched.h). */
SEC("tp_btf/sched_process_exec")
int handle_exec_ran(__u64 *ctx)
{
	/* A thread that execs takes over the leader's id: the entry knew it by the old one. */
	__u32 old_pid = ctx[1];
	struct linux_binprm *bprm = (void *)ctx[2];
	struct exec_slot *slot = slot_of(old_pid);

	if (counted_at_entry(slot, old_pid)) {
		release(slot);
	} else {
		/* Only here: clearing it is most of what the other way would cost. */
		struct path_key path = {};

		if (bpf_probe_read_kernel_str(&path, sizeof(path), bprm->filename) < 0)
			count_unreadable();
		else
			count(&path);
	}
	return 0;
}

/* Room for a whole path behind a "/dev/fd/N/"; what does not fit the key is cut off. */
union named_path {
	struct failure_key key;
	char bytes[sizeof(struct failure_key) + 32];
};

/* False if user memory does not hold the path. */
static __always_inline bool read_execve_path(union named_path *name, struct pt_regs *regs)
{
	return bpf_probe_read_user_str(name->bytes, EXEC_PATH_SIZE, (void *)FIRST_ARGUMENT(regs)) >= 0;
}

/* As the kernel names it (fs/exec.c, alloc_bprm): relative to a directory's descriptor, or the descriptor itself. */
static __always_inline bool read_execveat_path(union named_path *name, struct pt_regs *regs)
{
	const __s32 at_fdcwd = -100;
	__s32 directory = FIRST_ARGUMENT(regs);
	void *user_path = (void *)SECOND_ARGUMENT(regs);
	__u64 arguments[] = {directory};
	long length;
	char first;

	if (bpf_probe_read_user(&first, sizeof(first), user_path))
		return false;
	if (first == '/' || directory == at_fdcwd)
		return bpf_probe_read_user_str(name->bytes, EXEC_PATH_SIZE, user_path) >= 0;

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

typedef bool path_reader(union named_path *, struct pt_regs *);

/* A failed exec that has not been counted yet. */
static __always_inline void count_with_failure(__s64 ret, path_reader *read_path)
{
	union named_path name = {};

	if (config.have_task_pt_regs && read_path(&name, (void *)bpf_task_pt_regs(bpf_get_current_task_btf()))) {
		count(&name.key.path);
		count_failure(&name.key, ret);
	} else {
		count_unreadable();
	}
}

static __always_inline int ended(struct sys_exit *ctx, path_reader *read_path)
{
	struct exec_slot *slot;
	__u32 task;

	/* It ran: sched_process_exec has seen to it. */
	if (ctx->ret >= 0)
		return 0;

	task = bpf_get_current_pid_tgid();
	slot = slot_of(task);
	if (counted_at_entry(slot, task)) {
		count_failure(&slot->key, ctx->ret);
		release(slot);
	} else {
		count_with_failure(ctx->ret, read_path);
	}
	__sync_fetch_and_add(&counters()->failed, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int handle_execve_end(struct sys_exit *ctx)
{
	return ended(ctx, read_execve_path);
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int handle_execveat_end(struct sys_exit *ctx)
{
	return ended(ctx, read_execveat_path);
}
