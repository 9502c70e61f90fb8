/* Execs by threads that are, and that are not, the leader of their group. */
#define _GNU_SOURCE
#include "workload.h"
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void *execve_in_thread(void *path)
{
	execve(path, exit_arguments, environ);
	_exit(refused);
}

static void start_thread(void *(*run)(void *), void *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, argument))
		_exit(1);
}

/* A child with a second thread; either of them makes the call. */
static pid_t start_group(const char *path, int is_leader)
{
	pid_t child = fork();

	if (child)
		return child;
	if (is_leader) {
		start_thread(wait_for_ever, NULL);
		execve_in_thread((void *)path);
	}
	start_thread(execve_in_thread, (void *)path);
	wait_for_ever(NULL);
	_exit(1);
}

static void leader(char **operands, long count)
{
	while (count--)
		expect_status(start_group(operands[0], 1), 0);
}

static void leader_fail(char **operands, long count)
{
	while (count--)
		expect_status(start_group(operands[0], 1), refused);
}

static void thread_fail(char **operands, long count)
{
	while (count--)
		expect_status(start_group(operands[0], 0), refused);
}

static void late(char **operands, long count)
{
	while (count--) {
		pid_t child = fork();

		if (!child) {
			execve(where_late_program_has_text(operands[0]), exit_arguments, environ);
			_exit(refused);
		}
		expect_signal(child, SIGSEGV);
	}
}

static void leader_late(char **operands, long count)
{
	while (count--)
		expect_signal(start_group(operands[0], 1), SIGSEGV);
}

static void thread_late(char **operands, long count)
{
	while (count--)
		expect_signal(start_group(operands[0], 0), SIGSEGV);
}

static pid_t *thread_id;

static void *tell_id_and_execve(void *path)
{
	*thread_id = gettid();
	return execve_in_thread(path);
}

/* A child that gets the id which the thread had before it took over its leader's. */
static void reuse(char **operands, long count)
{
	thread_id = shared_memory(sizeof(*thread_id));
	while (count--) {
		struct clone_args arguments = {.exit_signal = SIGCHLD, .set_tid_size = 1};
		pid_t child = fork();

		if (!child) {
			start_thread(tell_id_and_execve, operands[0]);
			wait_for_ever(NULL);
		}
		expect_signal(child, SIGSEGV);
		arguments.set_tid = (__u64)(unsigned long)thread_id;
		child = syscall(SYS_clone3, &arguments, sizeof(arguments));
		/* Somebody else has the id already. */
		if (child < 0 && errno == EEXIST)
			child = fork();
		check(child >= 0, "clone3");
		if (!child) {
			syscall(SYS_execveat, AT_FDCWD, operands[1], exit_arguments, environ, 0);
			_exit(refused);
		}
		expect_status(child, 0);
	}
}

const struct kind thread_kinds[] = {
	{"leader", 1, leader},
	{"leader-fail", 1, leader_fail},
	{"thread-fail", 1, thread_fail},
	{"late", 1, late},
	{"leader-late", 1, leader_late},
	{"thread-late", 1, thread_late},
	{"reuse", 2, reuse},
	{0},
};
