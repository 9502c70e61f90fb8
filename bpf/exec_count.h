/* SPDX-License-Identifier: GPL-2.0 */
/* What the BPF programs and user space share. Fixed widths, no padding left to the compiler. */
#ifndef EXEC_COUNT_H
#define EXEC_COUNT_H

#include <linux/types.h>

/* Bytes of a path that are kept, with the NUL: a longer path is cut at 255. */
#define EXEC_PATH_SIZE 256
/* Entries of exec_count, unless user space resizes it before loading. */
#define EXEC_MAX_PATHS 16384
/* Counter lines. CPUs beyond this share one; the adds are atomic, so that costs speed and no count. */
#define EXEC_COUNTER_LINES 64
/* Execs that can be between entry and end and be known by their task; a power of two. As few as stay in the cache. */
#define EXEC_SLOTS 64

/* Key of exec_count: the bytes as the caller gave them, padded with NUL. */
struct path_key {
	char path[EXEC_PATH_SIZE];
};

/* Key of exec_failed: the path, and the errno (positive) with which the kernel refused it. */
struct failure_key {
	struct path_key path;
	__s32 error;
};

/* One cache line of counters. User space adds the lines up. */
struct exec_counters {
	__u64 execs;      /* seen, each counted once, after it got its row or its reason below */
	__u64 failed;     /* of those: refused by the kernel */
	__u64 unreadable; /* no row: the path could not be read, at entry or at the end */
	__u64 map_full;   /* no row: exec_count took no further path */
	__u64 no_errno;   /* failed, but exec_failed took no further entry: the row lacks the errno */
	__u64 reserved[3];
};

/* An exec on its way from sys_enter to its end. Free while task is 0. */
struct exec_slot {
	__u64 task; /* thread id in the initial pid namespace */
	struct failure_key key;
	__u32 reserved;
};

/* Set before loading. */
struct exec_config {
	__u32 have_task_pt_regs; /* bpf_task_pt_regs exists (Linux 5.15) */
	__u32 wake_at;           /* inserted keys from which user space is woken */
};

/* The one global variable. User space maps what precedes the slots: counters to read, switches to set. */
struct exec_shared {
	__u32 inserted; /* keys put into the maps since user space last set this */
	__u32 reserved0[15];
	__u32 trace;    /* nonzero: print `execve: PATH` for each exec */
	__u32 spilling; /* nonzero: count into the spill maps, so that user space has the others for itself */
	__u32 reserved1[14];
	struct exec_counters lines[EXEC_COUNTER_LINES];
	struct exec_slot slots[EXEC_SLOTS];
};

#endif
