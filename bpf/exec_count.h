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

/* Control groups that are made between two readings, at most, and keep their names. */
#define EXEC_MAX_GROUPS 4096

/* The processes that are known at a time: in sets, each of so many places. Both are powers of two. */
#define EXEC_PROCESS_SETS 8192
#define EXEC_PROCESS_WAYS 4

/*
 * The number of a path, by which the maps beside exec_count refer to it: a hash under exec_hash_key. See PathHash.swift.
 * Numbers below EXEC_FIRST_PATH are no path's.
 */
#define EXEC_FIRST_PATH 16

/* The numbers of owners of CPU time that are no path. */
enum exec_owner {
	EXEC_OWNER_NO_PATH = 0,       /* the path has no row, or the process ran before and is not looked at yet */
	EXEC_OWNER_KERNEL_THREAD = 1,
	EXEC_OWNER_NO_PLACE = 2,      /* there was no place for the process */
	EXEC_OWNER_NO_ROW = 3,        /* there was no row for the launch */
	EXEC_OWNER_DEEPER = 4,        /* of a launch: what stands below it has more launchers than are kept apart */
};

/* Key of exec_failed. */
struct failure_key {
	__u64 path;   /* its number */
	__u64 launch; /* the launch's, which has a row by then; 0 where execs alone are counted */
	__s32 error;  /* the errno (positive) with which the kernel refused it; 0: it told none */
	__u32 reserved;
};

/* Launchers above one: a deeper chain goes on below the last one that it may have. */
#define EXEC_MAX_DEPTH 64

/*
 * The value of exec_launches: a program that a launcher has run, as a user and in a control group. Its key is its number,
 * made of the four of them. Where no exec has made the row, the four are 0. UseFigure.swift names the figures.
 *
 * Its failed execs are counted in exec_failed alone, whose key has the launch: one look-up for each, not two.
 */
struct exec_launch {
	__u64 execs;        /* that succeeded */
	__u64 searches;     /* failed execs of the same name and process before one that succeeded */
	__u64 cpu;          /* nanoseconds, of processes that have ended, and before a later exec */
	__u64 wall;         /* nanoseconds from the fork, or a later exec, to the end, of those of which that is known */
	__u64 major_faults;
	__u64 errors;       /* processes that ended with another status than 0 */
	__u64 longest;      /* the greatest of wall */
	__u64 resident;     /* bytes: the most that one had resident */
	__u64 launcher;     /* its number; 0 if there is none */
	__u64 owner;        /* the number of what is run */
	__u64 group;        /* the id of the control group in the unified hierarchy */
	__u64 user;         /* the real user id, outside all user namespaces */
};

/* Key of exec_endings, which counts processes that have ended. */
struct ending_key {
	__u64 owner;
	__s32 status; /* as wait(2) tells it */
	__u32 wall;   /* the bucket: see WallBucket in Ending.swift */
};

#define EXEC_WALL_BUCKETS 64
/* The first bucket ends at 1.5 times 2 to the power of this, in nanoseconds. */
#define EXEC_WALL_FIRST_POWER 13
#define EXEC_WALL_UNKNOWN 255

/* A process that has not been freed. Whoever takes a place that is free sets `start` by compare-and-swap. */
struct process {
	__u64 start; /* its leader's start on the boot clock, plus 1; 0: the place is free */
	__u64 open;  /* the same, until what it used is in its row: whoever adds that sets 0 by compare-and-swap */
	__u64 owner; /* the number of what it runs */
	__u64 base;  /* nanoseconds of CPU time that are not that owner's: used before, or before counting began */
	__u64 began; /* its fork, or the last exec if it made several, on the boot clock; 0: before counting began */
	__u64 ended; /* the end of its last thread, on the boot clock; 0: it runs */
	__s32 group; /* its id */
	__u16 execs; /* 0 or 1 since its fork; 1 for one that ran before counting began */
	__u16 adopted; /* the pass of adopt_processes that found it; 0: it was seen to begin */
	__u64 signal; /* once it has ended: the address of its signal_struct, */
	__u64 leader; /* that of its leader's task_struct, */
	__u64 resident; /* the most bytes it had resident, */
	__u64 major_faults;
	__s32 status; /* and how it ended, as wait(2) tells it */
	__u32 depth;    /* of the chain of launchers */
	__u64 launch;   /* the number of what its CPU time is counted for */
	__u64 launcher; /* that of the launcher of what it runs: `launch`, unless the chain is too deep */
	__u32 searched; /* the hash of the name for which it has failed execs, */
	__u16 searches; /* and how many, at most 65,535 */
	__u16 is_told;  /* nonzero: its end is to be told (exec_event.bpf.c) */
};

/* The places for processes whose ids are the same modulo EXEC_PROCESS_SETS. */
struct process_set {
	struct process ways[EXEC_PROCESS_WAYS];
};

/* The processes that ended last on a CPU; a power of two. */
#define EXEC_ENDED 4

struct ended_process {
	__u64 start;
	__s32 group;
	__u32 reserved;
};

/* Written and read without locks: what another program changes meanwhile is found to be no process's. */
struct ended_processes {
	__u32 count;
	__u32 reserved[15];
	struct ended_process last[EXEC_ENDED];
};

/* What list_processes writes for a task. */
struct task_record {
	__u64 launch;
	__u64 cpu;    /* nanoseconds for that launch */
	__u32 runs;   /* 1 for a process's leader while the process runs, 0 for all other tasks */
	__u32 reserved;
};

/* What adopt_processes writes for a process whose launch is not known yet. */
struct adoption_record {
	__s32 group;  /* the process's id */
	__s32 parent; /* that of its parent */
	__u64 start;  /* the `start` of its place */
	__u64 control_group; /* as in exec_launch */
	__u32 user;
	__u32 reserved;
};

/* Counters of one CPU, the ones of an exec that succeeds and of its end in one cache line. User space adds the CPUs up. */
struct exec_counters {
	__u64 begun;        /* calls of execve and execveat, at their entry */
	__u64 ran;          /* succeeded: counted after the exec got its row or its reason */
	__u64 exits;        /* processes that have a place and have ended */
	__u64 settled;      /* those of them whose ending is counted; added to before the ending gets its row */
	__u64 endings;      /* endings: counted after they got their row or were lost */
	__u64 lost_endings; /* exec_endings took no further entry for them */
	__u64 lost_cpu;     /* nanoseconds of CPU time for which exec_launches took no further row */
	__u64 unread;       /* of the settled ones, those whose CPU time could not be read any more */
	__u64 failed;       /* refused: counted after the exec got its row or its reason */
	__u64 restarted;    /* calls that a signal interrupted and that the kernel makes again: no end of an exec */
	__u64 unreadable;   /* no row: the path could not be read */
	__u64 map_full;     /* no row: exec_count took no further path */
	__u64 refused_late; /* no row: refused when user memory held no path any more, and no slot its name */
	__u64 no_errno;     /* has a row, but exec_failed took no further entry: the row lacks the errno */
	__u64 no_place;     /* processes for which there was no place, where only those that have one are counted */
	__u64 no_launch;    /* has a row, but exec_launches, or exec_failed, took no further one: the launch is not known */
};

/* The kernel's name of an exec that is past the point of no return. Free while owner is 0. */
struct name_slot {
	__u64 owner; /* the address of its task_struct; 0 also in exec_names, where that is the key */
	struct path_key path;
	__s32 group; /* and the id of its thread group */
	__u32 length; /* of the path, with its NUL */
};

/* Set before loading. */
struct exec_config {
	__u32 wake_at;  /* inserted keys from which user space is woken */
	__u32 tutorial; /* nonzero: handle_execve_tp fills exec_count at the entry, and no other program does */
	__u32 processes; /* nonzero: count by launch, and what processes use */
	__u32 keeps_names; /* nonzero: handle_exec_prepared is there */
	__u32 page_size; /* bytes */
	__u32 inside; /* nonzero: count only the children of the process that adopts, and what comes of them */
};

/* The key of the numbers of paths and launches: random words. */
struct exec_hash_key {
	__u64 first;  /* what the two sums of a path's number begin with, and what a launch's is mixed with */
	__u64 second;
	struct {
		__u64 first[2];  /* the factors of the lower and the upper half of a word of the path, for each sum */
		__u64 second[2];
	} words[EXEC_PATH_SIZE / 8];
};

/* The one global variable. User space maps what precedes the slots: counters to read, switches to set. */
struct exec_shared {
	__u32 inserted; /* keys put into the maps since user space last set this */
	__u32 reserved0[15];
	__u32 trace;    /* nonzero: print `execve: PATH` for each call */
	__u32 spilling; /* nonzero: count into the spill maps, so that user space has the others for itself */
	__u32 more_names; /* nonzero: exec_names holds some */
	__u32 lost_names; /* nonzero: a name was not kept, for want of room */
	__u32 adoption;   /* the pass of adopt_processes that is under way */
	__u32 groups;     /* control groups that were made */
	__u64 since;      /* the beginning of the first of them, on the boot clock; 0: none has begun */
	__u32 reserved2[8];
	struct exec_counters lines[EXEC_COUNTER_LINES];
	struct name_slot slots[EXEC_NAME_SLOTS];
	struct ended_processes ended[EXEC_COUNTER_LINES];
};

#endif
