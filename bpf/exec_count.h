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
/* Where execs that are past the point of no return keep their name, should they be refused; a power of two. */
#define EXEC_NAME_SLOTS 16
/* How many more of them can at a time, at a cost of their own. */
#define EXEC_MORE_NAMES 1024

/* Key of exec_count: the bytes as the caller gave them, padded with NUL. */
struct path_key {
	char path[EXEC_PATH_SIZE];
};

/* Key of exec_failed: the path, and the errno (positive) with which the kernel refused it; 0: it told none. */
struct failure_key {
	struct path_key path;
	__s32 error;
};

/* Counters of one CPU, the ones of an exec that succeeds in one cache line. User space adds the CPUs up. */
struct exec_counters {
	__u64 begun;        /* calls of execve and execveat, at their entry */
	__u64 ran;          /* succeeded: counted after the exec got its row or its reason */
	__u64 reserved0[6];
	__u64 failed;       /* refused: counted after the exec got its row or its reason */
	__u64 restarted;    /* calls that a signal interrupted and that the kernel makes again: no end of an exec */
	__u64 unreadable;   /* no row: the path could not be read */
	__u64 map_full;     /* no row: exec_count took no further path */
	__u64 refused_late; /* no row: refused when user memory held no path any more, and no slot its name */
	__u64 no_errno;     /* has a row, but exec_failed took no further entry: the row lacks the errno */
	__u64 reserved1[2];
};

/* The kernel's name of an exec that is past the point of no return. Free while owner is 0. */
struct name_slot {
	__u64 owner; /* the address of its task_struct; 0 also in exec_names, where that is the key */
	struct failure_key key;
	__s32 group; /* and the id of its thread group */
};

/* Set before loading. */
struct exec_config {
	__u32 wake_at;  /* inserted keys from which user space is woken */
	__u32 tutorial; /* nonzero: handle_execve_tp fills exec_count at the entry, and no other program does */
};

/* The one global variable. User space maps what precedes the slots: counters to read, switches to set. */
struct exec_shared {
	__u32 inserted; /* keys put into the maps since user space last set this */
	__u32 reserved0[15];
	__u32 trace;    /* nonzero: print `execve: PATH` for each call */
	__u32 spilling; /* nonzero: count into the spill maps, so that user space has the others for itself */
	__u32 more_names; /* nonzero: exec_names holds some */
	__u32 reserved1[13];
	struct exec_counters lines[EXEC_COUNTER_LINES];
	struct name_slot slots[EXEC_NAME_SLOTS];
};

#endif
