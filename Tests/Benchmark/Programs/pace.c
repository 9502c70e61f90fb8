/*
 * Runs programs at a steady pace, as a busy machine does.
 *
 *   pace DIRECTORY PATHS RATE
 *
 * DIRECTORY/0 to DIRECTORY/PATHS-1 are programs that end at once. Runs RATE of them a second, 40 different ones in each
 * second, ten at a time, until it is ended.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { different = 40, at_once = 10 };

static void run(const char *directory, long number)
{
	char path[512];
	char *arguments[] = {path, NULL};
	pid_t child;

	snprintf(path, sizeof(path), "%s/%ld", directory, number);
	if (posix_spawn(&child, path, NULL, NULL, arguments, environ))
		exit(1);
	waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	struct timespec next;
	long paths, rate, count = 0;

	if (argc != 4)
		return 64;
	paths = atol(argv[2]);
	rate = atol(argv[3]);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (;;) {
		for (int i = 0; i < at_once; i++, count++)
			run(argv[1], (count / rate * 7 + count % different * (paths / different)) % paths);
		next.tv_nsec += at_once * 1000000000L / rate;
		next.tv_sec += next.tv_nsec / 1000000000L;
		next.tv_nsec %= 1000000000L;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		/* It ends with whoever has started it. */
		if (getppid() == 1)
			return 0;
	}
}
