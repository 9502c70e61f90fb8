/*
 * The workloads of the benchmark. Each prints the nanoseconds it took.
 *
 *   load storm PATH PROCESSES N     so many processes that each run PATH N times, one after the other
 *   load fail PATH N                execve of PATH, which is not there, N times
 *   load distinct PREFIX N          the same of PREFIX0, PREFIX1, ...
 *   load change PREFIX N RATE       the same again and again, RATE a second, until killed
 *   load getppid N                  a system call that is no exec
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *arguments[] = {"smallest", NULL};
static char *environment[] = {NULL};

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

/* vfork and execve themselves: posix_spawn makes some seventy other system calls for each. */
static void run(const char *path, long count)
{
	for (long i = 0; i < count; i++) {
		pid_t child = vfork();

		if (!child) {
			execve(path, arguments, environment);
			_exit(127);
		}
		if (child < 0 || waitpid(child, NULL, 0) != child)
			exit(1);
	}
}

static void storm(const char *path, int processes, long count)
{
	for (int i = 0; i < processes; i++)
		if (!fork()) {
			run(path, count);
			_exit(0);
		}
	for (int i = 0; i < processes; i++) {
		int status;

		if (wait(&status) < 0 || status)
			exit(1);
	}
}

static void fail_distinct(const char *prefix, long count, double rate)
{
	char path[PATH_MAX];
	struct timespec pause = {0, rate > 0 ? 1e9 / rate : 0};

	for (long i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s%ld", prefix, i);
		execve(path, arguments, environment);
		if (rate > 0)
			nanosleep(&pause, NULL);
	}
}

int main(int argc, char **argv)
{
	const char *kind = argc > 2 ? argv[1] : "";
	long began = now();

	if (!strcmp(kind, "storm") && argc == 5) {
		storm(argv[2], atoi(argv[3]), atol(argv[4]));
	} else if (!strcmp(kind, "fail") && argc == 4) {
		for (long i = atol(argv[3]); i > 0; i--)
			execve(argv[2], arguments, environment);
	} else if (!strcmp(kind, "distinct") && argc == 4) {
		fail_distinct(argv[2], atol(argv[3]), 0);
	} else if (!strcmp(kind, "change") && argc == 5) {
		for (;;)
			fail_distinct(argv[2], atol(argv[3]), atof(argv[4]));
	} else if (!strcmp(kind, "getppid")) {
		for (long i = atol(argv[2]); i > 0; i--)
			syscall(SYS_getppid);
	} else {
		return 2;
	}
	printf("%ld\n", now() - began);
	return 0;
}
