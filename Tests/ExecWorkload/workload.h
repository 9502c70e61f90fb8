/* What the files of ExecWorkload share. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes the execs. The operands stand between the kind's name and the count. */
typedef void kind_function(char **operands, long count);

struct kind {
	const char *name;
	int operands;
	kind_function *run;
};

/* Each ends with a kind that has no name. */
extern const struct kind thread_kinds[], elf_kinds[], blocked_kinds[], race_kinds[], traced_kinds[], seccomp_kinds[],
	place_kinds[], memory_kinds[], restart_kinds[], cost_kinds[], launch_kinds[];

extern char **environ;

/* The arguments of a program to be executed: it ends at once. */
extern char *exit_arguments[];

/* A child ends with this status when its exec has failed. */
enum { refused = 9 };

/* Ends with status 1 unless all is well. */
void check(int is_well, const char *what);

/* Waits for a child that should end with this status. */
void expect_status(pid_t child, int expected);

/* Waits for a child that this signal should kill. */
void expect_signal(pid_t child, int expected);

/* Memory for anyone who is forked later. */
void *shared_memory(size_t size);

/* The path at the address at which a program of the kind elf-late, once it is loaded, has a text of its own. */
char *where_late_program_has_text(const char *path);

/* The call for 32-bit programs, whose strings lie below 4 GB. Returns only if it fails: the errno, negative. */
long execve_by_int80(const char *path);

#endif
