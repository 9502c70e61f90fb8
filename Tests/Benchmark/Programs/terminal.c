/*
 * Runs a program on a terminal of its own.
 *
 *   terminal COLUMNS ROWS MARK PROGRAM [ARGUMENT...]
 *
 * Prints the program's process id, and the nanoseconds from its start until MARK stood in what it wrote.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];
	struct winsize size = {};
	const char *mark;
	size_t kept = 0, mark_size;
	long began;
	pid_t child;
	int master, is_seen = 0;

	if (argc < 5)
		return 2;
	size.ws_col = atoi(argv[1]);
	size.ws_row = atoi(argv[2]);
	mark = argv[3];
	mark_size = strlen(mark);
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &size))
		return 1;
	began = now();
	child = fork();
	if (!child) {
		int terminal;

		setsid();
		terminal = open(ptsname(master), O_RDWR);
		dup2(terminal, 0);
		dup2(terminal, 1);
		dup2(terminal, 2);
		execvp(argv[4], argv + 4);
		_exit(127);
	}
	printf("%d\n", child);
	fflush(stdout);
	for (;;) {
		ssize_t count = read(master, buffer + kept, sizeof(buffer) - kept);

		if (count <= 0)
			break;
		if (is_seen)
			continue;
		kept += count;
		if (memmem(buffer, kept, mark, mark_size)) {
			printf("%ld\n", now() - began);
			fflush(stdout);
			is_seen = 1;
			kept = 0;
		} else if (kept > sizeof(buffer) / 2) {
			/* The mark may have begun at the end. */
			memmove(buffer, buffer + kept - mark_size, mark_size);
			kept = mark_size;
		}
	}
	waitpid(child, NULL, 0);
	return 0;
}
