/* Chains of programs that run one another, for what exectop says of who runs what. */
#define _GNU_SOURCE
#include "launches.h"
#include "workload.h"
#include <pthread.h>

int run_relay(char **paths)
{
	char *arguments[512] = {"ExecWorkload", "relay"};
	int count = 0;

	if (!paths[0])
		return 0;
	for (; paths[count + 1] && count < 500; count++)
		arguments[2 + count] = paths[count + 1];
	arguments[2 + count] = NULL;
	execv(paths[0], arguments);
	return 1;
}

int run_tries(char **operands)
{
	for (int number = 1; number <= atoi(operands[1]); number++) {
		char path[256];

		snprintf(path, sizeof(path), "%s%d", operands[0], number);
		execve(path, exit_arguments, environ);
	}
	return 0;
}

static void run_chains(char **operands, long count)
{
	for (long number = 1; number <= count; number++) {
		char path[256];
		pid_t child;

		snprintf(path, sizeof(path), "%s%ld", operands[0], number);
		child = vfork();
		if (!child) {
			execv(path, (char *[]){"ExecWorkload", "tries", operands[1], operands[2], NULL});
			_exit(1);
		}
		expect_status(child, 0);
		/* Time for who counts to make room. */
		usleep(50000);
	}
}

static void run_search(char **operands, long count)
{
	int failures = atoi(operands[1]);
	const char *name = strrchr(operands[0], '/');

	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (!child) {
			for (int failure = 0; failure < failures; failure++) {
				char path[256];

				snprintf(path, sizeof(path), "/nowhere/%d%s", failure, name);
				execve(path, exit_arguments, environ);
			}
			execve(operands[0], exit_arguments, environ);
			_exit(1);
		}
		expect_status(child, 0);
	}
}

static volatile char rewritten[] = "aaaaaaaa";

static void *rewrite(void *nothing)
{
	for (;;)
		rewritten[0] ^= 'a' ^ 'b';
	return nothing;
}

/* The status of each is the first byte of its own argument, so any is right. */
static void run_rewrite(char **operands, long count)
{
	pthread_t thread;

	check(!pthread_create(&thread, NULL, rewrite, NULL), "pthread_create");
	for (long i = 0; i < count; i++) {
		int status;
		pid_t child = vfork();

		if (!child) {
			execv(operands[0], (char *[]){"ExecWorkload", "first-byte", (char *)rewritten, NULL});
			_exit(1);
		}
		waitpid(child, &status, 0);
	}
}

const struct kind launch_kinds[] = {
	/* FIRST LAST TRIES: so many programs FIRST1, FIRST2 and so on, each of which tries to run LAST1, LAST2 and so on,
	   which are not there. */
	{"chains", 3, run_chains},
	/* PATH FAILURES: so many processes that do not find the name of PATH in other directories, and then run it. */
	{"search", 2, run_search},
	/* PATH: so many processes with an argument that another thread changes all the time. */
	{"rewrite", 1, run_rewrite},
	{NULL, 0, NULL},
};
