/*
 * Makes execs of one kind, so many of them: what the tests count and the benchmark times.
 *
 *   ExecWorkload exit                    ends at once: the program to be executed
 *   ExecWorkload burn MICROSECONDS ...   uses CPU time and ends: see costs.c
 *   ExecWorkload die HOW                 ends so: see costs.c
 *   ExecWorkload spawn PATH N            posix_spawn
 *   ExecWorkload fail PATH N             execve that returns, from one process
 *   ExecWorkload cold PATH N             fork, and execve of a path on a page the child has not touched
 *   ExecWorkload cold-fail PATH N        the same, where there is no such file
 *   ExecWorkload execveat PATH N         execveat(AT_FDCWD, PATH)
 *   ExecWorkload execveat-fail PATH N    the same, from one process, where there is no such file
 *   ExecWorkload descriptor PATH FD N    fexecve of PATH opened as FD
 *   ExecWorkload descriptor-fail FD N    execveat of an empty path at FD, which is not open
 *   ExecWorkload directory PATH FD N     execveat of PATH's last component at its directory, opened as FD
 *   ExecWorkload memfd FD N              execveat of a memfd that holds this program, opened as FD
 *   ExecWorkload thread PATH N           fork, and execve from a thread that is not the first
 *   ExecWorkload bad-pointer N           execve of an address that is not mapped
 *   ExecWorkload too-big PATH N          execve with an argument that is too long
 *   ExecWorkload steady PATH N RATE      execve that returns, from one process; RATE a second
 *   ExecWorkload feed                    the commands on standard input: see feed.c
 *   ExecWorkload distinct PREFIX N RATE  execve of PREFIX0, PREFIX1, ... that returns; RATE a second, 0: all at once
 *   ExecWorkload KIND OPERANDS N         the kinds of the other files: see the tables at their ends
 *   ExecWorkload change PREFIX N RATE    the same again and again, until killed
 *   ExecWorkload storm PATH PROCESSES N  so many processes that each vfork and execve N times
 *   ExecWorkload getppid N               a system call that is no exec
 *
 * ExecWorkload time KIND ... prints the nanoseconds that it took.
 *
 * Exit status: 0 if all went as the kind says, 1 otherwise, 2 for wrong arguments, 3 where the kernel has no such call.
 */
#define _GNU_SOURCE
#include "workload.h"
#include "costs.h"
#include "launches.h"
#include "feed.h"
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

char *exit_arguments[] = {"ExecWorkload", "exit", NULL};

void check(int is_well, const char *what)
{
	if (is_well)
		return;
	fprintf(stderr, "ExecWorkload: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Waits for a child, -1 for any, that should have ended with the given status. */
void expect_status(pid_t child, int expected)
{
	int status;

	check(waitpid(child, &status, 0) > 0, "waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 3)
		exit(3);
	check(WIFEXITED(status) && WEXITSTATUS(status) == expected, "a child's status");
}

void expect_signal(pid_t child, int expected)
{
	int status;

	check(waitpid(child, &status, 0) == child, "waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 3)
		exit(3);
	check(WIFSIGNALED(status) && WTERMSIG(status) == expected, "a child's signal");
}

void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	check(memory != MAP_FAILED, "mmap");
	return memory;
}

static int system_execveat(int directory, const char *path, char *const *arguments, int flags)
{
	return syscall(SYS_execveat, directory, path, arguments, environ, flags);
}

/* The path in a file that is mapped, but of which nothing has been touched through the mapping. */
static char *untouched(const char *path)
{
	char name[] = "/tmp/exec-workload-XXXXXX";
	int file = mkstemp(name);
	size_t size = strlen(path) + 1;
	char *mapping;

	check(file >= 0, "mkstemp");
	unlink(name);
	check(write(file, path, size) == (ssize_t)size, "write");
	mapping = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
	check(mapping != MAP_FAILED, "mmap");
	close(file);
	return mapping;
}

/* A descriptor of this number for a file. */
static void open_as(const char *path, int flags, int number)
{
	int file = open(path, flags);

	check(file >= 0, path);
	check(dup2(file, number) == number, "dup2");
	if (file != number)
		close(file);
}

static void open_copy_in_memory(int number)
{
	int self = open("/proc/self/exe", O_RDONLY);
	int file = memfd_create("exec-workload", 0);
	struct stat status;

	check(self >= 0 && file >= 0 && !fstat(self, &status), "memfd_create");
	check(sendfile(file, self, NULL, status.st_size) == status.st_size, "sendfile");
	check(dup2(file, number) == number, "dup2");
	close(file);
	close(self);
}

long execve_by_int80(const char *path)
{
#ifdef __x86_64__
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	unsigned int *arguments = (unsigned int *)(low + 2048);
	long result;

	check(low != MAP_FAILED, "mmap");
	strcpy(low, path);
	strcpy(low + 1024, "exit");
	arguments[0] = (unsigned int)(unsigned long)low;
	arguments[1] = (unsigned int)(unsigned long)(low + 1024);
	arguments[2] = 0;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(11L), "b"(low), "c"(arguments), "d"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
#else
	(void)path;
	return -ENOSYS;
#endif
}

static void *execve_in_thread(void *path)
{
	execve(path, exit_arguments, environ);
	_exit(1);
}

/* vfork and execve themselves: posix_spawn makes some seventy other system calls for each. */
static void run_storm(const char *path, int processes, long count)
{
	static char *no_environment[] = {NULL};

	for (int i = 0; i < processes; i++) {
		pid_t process = fork();

		check(process >= 0, "fork");
		if (process)
			continue;
		for (long run = 0; run < count; run++) {
			pid_t child = vfork();

			if (!child) {
				execve(path, exit_arguments, no_environment);
				_exit(127);
			}
			expect_status(child, 0);
		}
		_exit(0);
	}
	for (int i = 0; i < processes; i++)
		expect_status(-1, 0);
}

static void pause_for_rate(long done, double rate, const struct timespec *began)
{
	struct timespec until = *began;
	double seconds = done / rate;

	until.tv_sec += (long)seconds;
	until.tv_nsec += (long)((seconds - (long)seconds) * 1e9);
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* Not each time at a high rate, where a pause takes longer than what it waits for. */
static int is_time_to_pause(long done, double rate)
{
	return rate < 1000 || done % 100 == 0;
}

static void run_distinct(const char *prefix, long count, double rate)
{
	struct timespec began;
	char path[PATH_MAX];

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (long i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s%ld", prefix, i);
		execve(path, exit_arguments, environ);
		if (rate > 0 && is_time_to_pause(i, rate))
			pause_for_rate(i, rate, &began);
	}
}

static void run_steady(const char *path, long count, double rate)
{
	struct timespec began;

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (long i = 0; i < count; i++) {
		execve(path, exit_arguments, environ);
		if (is_time_to_pause(i, rate))
			pause_for_rate(i, rate, &began);
	}
}

static const struct kind *const tables[] = {thread_kinds,  elf_kinds,	  blocked_kinds, race_kinds,   traced_kinds,
					    seccomp_kinds, place_kinds, memory_kinds,  restart_kinds, cost_kinds,
					    launch_kinds};

static const struct kind *find_kind(const char *name)
{
	for (size_t table = 0; table < sizeof(tables) / sizeof(tables[0]); table++)
		for (const struct kind *kind = tables[table]; kind->name; kind++)
			if (!strcmp(kind->name, name))
				return kind;
	return NULL;
}

static int run(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	const char *path = argc > 2 ? argv[2] : "";
	long count = argc > 2 ? atol(argv[argc - 1]) : 0;
	int number = argc > 3 ? atoi(argv[argc - 2]) : 0;
	char *cold;

	if (!strcmp(kind, "exit"))
		return 0;
	if (!strcmp(kind, "burn") && argc >= 4)
		return run_burn(argv + 2);
	if (!strcmp(kind, "first-byte"))
		return argv[2][0];
	if (!strcmp(kind, "relay"))
		return run_relay(argv + 2);
	if (!strcmp(kind, "tries") && argc == 4)
		return run_tries(argv + 2);
	if (!strcmp(kind, "die") && argc >= 3)
		return run_die(argv + 2);
	if (!strcmp(kind, "feed"))
		return run_feed();
	if (!strcmp(kind, "distinct") && argc == 5) {
		run_distinct(path, atol(argv[3]), atof(argv[4]));
		return 0;
	}
	while (!strcmp(kind, "change") && argc == 5)
		run_distinct(path, atol(argv[3]), atof(argv[4]));
	if (!strcmp(kind, "storm") && argc == 5) {
		run_storm(path, number, count);
		return 0;
	}
	if (!strcmp(kind, "steady") && argc == 5) {
		run_steady(path, atol(argv[3]), atof(argv[4]));
		return 0;
	}
	if (argc < 3)
		return 2;
	if (find_kind(kind)) {
		if (argc != 3 + find_kind(kind)->operands)
			return 2;
		find_kind(kind)->run(argv + 2, count);
		return 0;
	}

	for (long i = 0; i < count; i++) {
		pid_t child;

		if (!strcmp(kind, "spawn")) {
			check(!posix_spawn(&child, path, NULL, NULL, exit_arguments, environ), "posix_spawn");
			expect_status(child, 0);
		} else if (!strcmp(kind, "fail")) {
			check(execve(path, exit_arguments, environ) < 0, "execve");
		} else if (!strcmp(kind, "getppid")) {
			syscall(SYS_getppid);
		} else if (!strcmp(kind, "cold") || !strcmp(kind, "cold-fail")) {
			cold = untouched(path);
			child = fork();
			if (!child) {
				execve(cold, exit_arguments, environ);
				_exit(9);
			}
			expect_status(child, kind[4] ? 9 : 0);
			munmap(cold, strlen(path) + 1);
		} else if (!strcmp(kind, "execveat")) {
			child = fork();
			if (!child) {
				system_execveat(AT_FDCWD, path, exit_arguments, 0);
				_exit(1);
			}
			expect_status(child, 0);
		} else if (!strcmp(kind, "execveat-fail")) {
			check(system_execveat(AT_FDCWD, path, exit_arguments, 0) < 0, "execveat");
		} else if (!strcmp(kind, "descriptor-fail")) {
			check(system_execveat(number, "", exit_arguments, AT_EMPTY_PATH) < 0, "execveat");
		} else if (!strcmp(kind, "descriptor") || !strcmp(kind, "memfd")) {
			if (i == 0 && kind[0] == 'm')
				open_copy_in_memory(number);
			else if (i == 0)
				open_as(path, O_RDONLY, number);
			child = fork();
			if (!child) {
				system_execveat(number, "", exit_arguments, AT_EMPTY_PATH);
				_exit(1);
			}
			expect_status(child, 0);
		} else if (!strcmp(kind, "directory")) {
			char *copy = strdup(path);

			if (i == 0)
				open_as(dirname(copy), O_RDONLY | O_DIRECTORY, number);
			free(copy);
			child = fork();
			if (!child) {
				system_execveat(number, strrchr(path, '/') + 1, exit_arguments, 0);
				_exit(1);
			}
			expect_status(child, 0);
		} else if (!strcmp(kind, "thread")) {
			child = fork();
			if (!child) {
				pthread_t thread;

				pthread_create(&thread, NULL, execve_in_thread, (void *)path);
				pthread_join(thread, NULL);
				_exit(1);
			}
			expect_status(child, 0);
		} else if (!strcmp(kind, "bad-pointer")) {
			check(syscall(SYS_execve, 4096, exit_arguments, environ) < 0, "execve");
		} else if (!strcmp(kind, "too-big")) {
			/* Longer than MAX_ARG_STRLEN, 32 pages. */
			static char argument[40 * 4096];
			char *arguments[] = {argument, NULL};

			memset(argument, 'x', sizeof(argument) - 1);
			check(execve(path, arguments, environ) < 0, "execve");
		} else {
			return 2;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct timespec began, end;
	int status;

	if (argc < 2 || strcmp(argv[1], "time"))
		return run(argc, argv);
	clock_gettime(CLOCK_MONOTONIC, &began);
	status = run(argc - 1, argv + 1);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%ld\n", (end.tv_sec - began.tv_sec) * 1000000000L + end.tv_nsec - began.tv_nsec);
	return status;
}
