/* Execs elsewhere: below another root, in other namespaces, by other calls, by the kernel itself. */
#define _GNU_SOURCE
#include "workload.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

static void write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	check(file >= 0, path);
	check(write(file, text, strlen(text)) == (ssize_t)strlen(text), path);
	close(file);
}

/* The only user and the only group of a new user namespace are root. */
static void become_root(void)
{
	write_text("/proc/self/uid_map", "0 0 1");
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/gid_map", "0 0 1");
}

/* Mounts of this process and its children only: they go with the last of them. */
static void have_own_mounts(void)
{
	check(!unshare(CLONE_NEWNS), "unshare");
	check(!mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
}

static void run_children(const char *path, long count, int status)
{
	while (count--) {
		pid_t child = fork();

		if (!child) {
			execve(path, exit_arguments, environ);
			_exit(refused);
		}
		expect_status(child, status);
	}
}

static void below_root(char **operands, long count)
{
	check(!chroot(operands[0]) && !chdir("/"), "chroot");
	run_children(operands[1], count, 0);
}

/* As root of a user namespace, below process 1 of another process namespace. */
static void in_namespaces(char **operands, long count)
{
	pid_t first;

	check(!unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC), "unshare");
	become_root();
	first = fork();
	if (!first) {
		run_children(operands[0], count, 0);
		run_children(operands[1], count, refused);
		_exit(0);
	}
	expect_status(first, 0);
}

/* Operands: where to mount, the interpreter, a file that ends in .exectop. */
static void misc(char **operands, long count)
{
	char rule[512], file[512];

	check(!unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	become_root();
	check(!mount("none", operands[0], "binfmt_misc", 0, NULL), "mount binfmt_misc");
	snprintf(rule, sizeof(rule), ":exectop:E::exectop::%s:", operands[1]);
	snprintf(file, sizeof(file), "%s/register", operands[0]);
	write_text(file, rule);
	run_children(operands[2], count, 0);
}

static void int80(char **operands, long count)
{
	while (count--) {
		pid_t child = fork();

		if (!child)
			_exit(execve_by_int80(operands[0]) == -ENOSYS ? 3 : refused);
		expect_status(child, 0);
	}
}

static void int80_fail(char **operands, long count)
{
	while (count--) {
		pid_t child = fork();

		if (!child)
			_exit(execve_by_int80(operands[0]) == -ENOSYS ? 3 : refused);
		expect_status(child, refused);
	}
}

static void int80_late(char **operands, long count)
{
	while (count--) {
		pid_t child = fork();

		if (!child)
			_exit(execve_by_int80(operands[0]) == -ENOSYS ? 3 : refused);
		expect_signal(child, SIGSEGV);
	}
}

static long size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : status.st_size;
}

static int is_hierarchy(const char *name)
{
	FILE *file = fopen("/proc/self/cgroup", "r");
	char line[512];
	int is_there = 0;

	check(file != NULL, "/proc/self/cgroup");
	while (fgets(line, sizeof(line), file))
		is_there |= strstr(line, name) != NULL;
	fclose(file);
	return is_there;
}

/* The kernel runs it each time a control group becomes empty; it adds a byte to a file. */
static void by_kernel(char **operands, long count)
{
	char file[512], options[64];
	const struct timespec moment = {0, 1000000};

	have_own_mounts();
	snprintf(options, sizeof(options), "none,name=exectop-test-%d", getpid());
	check(!mount("none", operands[0], "cgroup", 0, options), "mount cgroup");
	snprintf(file, sizeof(file), "%s/release_agent", operands[0]);
	write_text(file, operands[1]);
	snprintf(file, sizeof(file), "%s/notify_on_release", operands[0]);
	write_text(file, "1");
	snprintf(file, sizeof(file), "%s/group", operands[0]);
	check(!mkdir(file, 0755), "mkdir");
	snprintf(file, sizeof(file), "%s/group/cgroup.procs", operands[0]);
	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (!child) {
			write_text(file, "0");
			_exit(0);
		}
		expect_status(child, 0);
		/* Up to 10 s. */
		for (int tries = 0; size_of(operands[2]) <= i && tries < 10000; tries++)
			nanosleep(&moment, NULL);
		check(size_of(operands[2]) == i + 1, "the kernel's run");
	}
	snprintf(file, sizeof(file), "%s/group", operands[0]);
	check(!rmdir(file), "rmdir");
	check(!umount(operands[0]), "umount");
	/* The hierarchy goes some time after a umount that finds no group in it, and the group some time after rmdir. */
	for (int tries = 1; is_hierarchy(strchr(options, '=')) && tries < 10000; tries++) {
		nanosleep(&moment, NULL);
		if (tries % 200 == 0)
			check(!mount("none", operands[0], "cgroup", 0, options) && !umount(operands[0]), "mount cgroup again");
	}
	check(!is_hierarchy(strchr(options, '=')), "the end of the hierarchy");
}

const struct kind place_kinds[] = {
	{"chroot", 2, below_root},
	{"namespaces", 2, in_namespaces},
	{"misc", 3, misc},
	{"int80", 1, int80},
	{"int80-fail", 1, int80_fail},
	{"int80-late", 1, int80_late},
	{"by-kernel", 3, by_kernel},
	{0},
};
