/* Execs while somebody else changes the path between two of the same length. */
#define _GNU_SOURCE
#include "workload.h"
#include <pthread.h>
#include <signal.h>

static char *shared_path;
static size_t difference;
static char letters[2];
static long *calls;

static void prepare(char **operands)
{
	shared_path = strcpy(shared_memory(4096), operands[0]);
	calls = shared_memory(sizeof(*calls));
	while (operands[0][difference] == operands[1][difference])
		difference++;
	letters[0] = operands[0][difference];
	letters[1] = operands[1][difference];
}

static void *flip(void *nothing)
{
	for (unsigned long i = 0;; i++) {
		*(volatile char *)&shared_path[difference] = letters[i & 1];
		for (volatile int pause = 0; pause < 300; pause++)
			;
	}
	return nothing;
}

/* Calls until one succeeds, and so many times at most. */
static void try_execve(int times)
{
	while (times--) {
		++*calls;
		execve(shared_path, exit_arguments, environ);
	}
	_exit(0);
}

static void flip_by_process(char **operands, long count)
{
	pid_t flipper;

	prepare(operands);
	flipper = fork();
	if (!flipper)
		flip(NULL);
	check(flipper > 0, "fork");
	while (*calls < count) {
		pid_t child = fork();

		if (!child)
			try_execve(1);
		expect_status(child, 0);
	}
	kill(flipper, SIGKILL);
	expect_signal(flipper, SIGKILL);
}

static void flip_by_thread(char **operands, long count)
{
	prepare(operands);
	while (*calls < count) {
		pid_t child = fork();

		if (!child) {
			pthread_t flipper;

			if (pthread_create(&flipper, NULL, flip, NULL))
				_exit(1);
			try_execve(count - *calls < 8 ? count - *calls : 8);
		}
		expect_status(child, 0);
	}
}

const struct kind race_kinds[] = {
	{"flip-by-process", 2, flip_by_process},
	{"flip-by-thread", 2, flip_by_thread},
	{0},
};
