/* SPDX-License-Identifier: GPL-2.0 */
/* What exec_event.bpf.c and user space share. */
#ifndef EXEC_EVENT_H
#define EXEC_EVENT_H

#include "exec_count.h"

/* Bytes of the ring buffer, a power of two. */
#define EXEC_EVENTS_SIZE (1 << 20)
/* Bytes of arguments that are kept, each with its NUL; a power of two. */
#define EXEC_ARGUMENTS_SIZE 1024
/* Bytes of one argument of an exec that failed, and arguments of it, that are kept. */
#define EXEC_ARGUMENT_SIZE 256
#define EXEC_ARGUMENT_COUNT 32
/* Bytes of a working directory that are kept, a power of two, and of a name in it. */
#define EXEC_DIRECTORY_SIZE 256
#define EXEC_NAME_SIZE 128
#define EXEC_DIRECTORY_DEPTH 32

enum exec_event_kind {
	EXEC_EVENT_RAN = 0,
	EXEC_EVENT_FAILED = 1,
	EXEC_EVENT_ENDED = 2,
};

/* The status of a process that has executed another program: no status of wait(2) is negative. */
#define EXEC_EVENT_REPLACED (-1)

/* With which every record begins. */
struct exec_event_head {
	__u32 kind;
	__s32 process;  /* its id */
	__u64 start;    /* that of its place: tells it from others with that id */
	__u64 time;     /* on the monotonic clock */
	__u64 launch;   /* the number of what has run; of an exec that failed, that of the launcher */
	__s32 result;   /* of one that failed: what the system call returned; of an end: the status, as wait(2) tells it */
	__u32 user;     /* the real user id, outside all user namespaces */
};

struct exec_event {
	struct exec_event_head head;
	__u64 arguments_size;  /* bytes of all arguments; of an exec that failed, of those that are kept */
	__u32 arguments_kept;
	__u32 arguments_cut;   /* nonzero: there are more */
	__u32 directory_kept;
	__u32 directory_cut;   /* nonzero: it does not begin at the root */
	struct path_key path;
	char directory[EXEC_DIRECTORY_SIZE + EXEC_NAME_SIZE]; /* the names of it and of all above, each with its NUL */
	char interpreter[EXEC_PATH_SIZE];                     /* of a script; otherwise nothing */
	char arguments[EXEC_ARGUMENTS_SIZE + EXEC_ARGUMENT_SIZE];
};

/* Which execs are told. */
struct exec_watch {
	__u64 path;   /* the number of the path; 0: of all */
	__u64 lost;   /* records for which the ring buffer had no room */
};

#endif
