/* Runs a program 300 times a second that uses the CPU for 2 ms each time: too short to be seen by who looks now and then. */
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

int main(int argc, char **argv)
{
	struct timespec until;

	if (argc == 1) {
		while (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) < 2000000)
			;
		return 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	for (;;) {
		char *arguments[] = {argv[1], NULL};
		pid_t child;

		if (!posix_spawn(&child, argv[1], NULL, NULL, arguments, environ))
			waitpid(child, NULL, 0);
		until.tv_nsec += 1000000000 / 300;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	}
}
