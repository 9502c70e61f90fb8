/*
 * Execs of paths made of any bytes, as they come on standard input. A command is its kind, the length of its bytes as 16
 * bits in the machine's order, and the bytes, in which no NUL stands:
 *
 *   f PATH   fork, and execve of it
 *   r PATH   the same, with a link to this program at PATH meanwhile, if such a name is possible
 *   n NAME   the name of this process, and so of those that it forks, is this from now on
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feed.h"

extern char **environ;

static void execute(const char *path)
{
	static char *arguments[] = {"ExecWorkload", "exit", NULL};
	pid_t child = fork();

	if (!child) {
		execve(path, arguments, environ);
		_exit(9);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

/* Standard input is ended between commands: 0; it is cut short, or a command is none: 1. */
int run_feed(void)
{
	static char bytes[UINT16_MAX + 1];
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int kind;

	if (size < 0)
		return 1;
	self[size] = 0;
	while ((kind = getchar()) != EOF) {
		uint16_t length;

		if (fread(&length, sizeof(length), 1, stdin) != 1 || fread(bytes, 1, length, stdin) != length)
			return 1;
		bytes[length] = 0;
		if (kind == 'n') {
			prctl(PR_SET_NAME, bytes);
		} else if (kind == 'r') {
			int is_linked = !symlink(self, bytes);

			execute(bytes);
			if (is_linked)
				unlink(bytes);
		} else if (kind == 'f') {
			execute(bytes);
		} else {
			return 1;
		}
	}
	return 0;
}
