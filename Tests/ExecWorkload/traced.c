/* Execs of a process whose tracer changes the call. */
#define _GNU_SOURCE
#include "workload.h"
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#ifdef __x86_64__

/* Stops itself, makes the call and ends. */
static pid_t start_tracee(long number, const char *path)
{
	pid_t child = fork();
	int status;

	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		syscall(number, path, exit_arguments, environ);
		_exit(refused);
	}
	check(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "the tracee's stop");
	check(!ptrace(PTRACE_SETOPTIONS, child, NULL,
		      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL),
	      "PTRACE_SETOPTIONS");
	return child;
}

static void set_register(pid_t child, size_t offset, unsigned long value)
{
	check(!ptrace(PTRACE_POKEUSER, child, offset, value), "PTRACE_POKEUSER");
}

#define SET(child, name, value) \
	set_register(child, offsetof(struct user_regs_struct, name), (unsigned long)(value))

static const int entry_stop = SIGTRAP | 0x80, exec_stop = SIGTRAP | PTRACE_EVENT_EXEC << 8;

/* Goes on to the next stop. */
static int next_stop(pid_t child, enum __ptrace_request request)
{
	int status;

	check(!ptrace(request, child, NULL, NULL), "ptrace");
	check(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "a stop");
	return status >> 8;
}

static void go_to_entry(pid_t child, enum __ptrace_request request)
{
	check(next_stop(child, request) == entry_stop, "the stop at the entry");
}

/* Goes on untraced. */
static void finish(pid_t child, int status)
{
	check(!ptrace(PTRACE_DETACH, child, NULL, NULL), "PTRACE_DETACH");
	expect_status(child, status);
}

/* Both paths are where the tracee has them too. */
static void redirect_to(char **operands, long count, int status)
{
	while (count--) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		go_to_entry(child, PTRACE_SYSCALL);
		SET(child, rdi, operands[1]);
		finish(child, status);
	}
}

static void redirect(char **operands, long count)
{
	redirect_to(operands, count, 0);
}

static void redirect_fail(char **operands, long count)
{
	redirect_to(operands, count, refused);
}

static void skip(char **operands, long count)
{
	while (count--) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		go_to_entry(child, PTRACE_SYSCALL);
		SET(child, orig_rax, -1);
		finish(child, refused);
	}
}

/* The tracer makes the call itself, in the kernel's eyes: the call has no entry, and an end with ENOSYS. */
static void emulate(char **operands, long count)
{
	while (count--) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		go_to_entry(child, PTRACE_SYSEMU);
		finish(child, refused);
	}
}

/* The same with a result that is no errno. */
static void emulate_strangely(char **operands, long count)
{
	static const unsigned long results[] = {1UL << 63, -4096UL, -1UL << 31, -(1UL << 32) - ENOENT};

	for (long i = 0; i < count; i++) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		go_to_entry(child, PTRACE_SYSEMU);
		SET(child, rax, results[i % 4]);
		finish(child, refused);
	}
}

static void change_number(long from, char **operands, long to, long count, int status)
{
	while (count--) {
		pid_t child = start_tracee(from, operands[0]);

		go_to_entry(child, PTRACE_SYSCALL);
		SET(child, orig_rax, to);
		finish(child, status);
	}
}

static void number(char **operands, long count)
{
	change_number(SYS_getpid, operands, SYS_execve, count, 0);
}

static void number_fail(char **operands, long count)
{
	change_number(SYS_getpid, operands, SYS_execve, count, refused);
}

static void number_away(char **operands, long count)
{
	change_number(SYS_execve, operands, SYS_getpid, count, refused);
}

/* The exec has succeeded; its end gets the number of another call. */
static void number_at_exec(char **operands, long count)
{
	while (count--) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		check(next_stop(child, PTRACE_CONT) == exec_stop, "the stop after the exec");
		SET(child, orig_rax, SYS_getpid);
		finish(child, 0);
	}
}

static void killed_at_exec(char **operands, long count)
{
	while (count--) {
		pid_t child = start_tracee(SYS_execve, operands[0]);

		check(next_stop(child, PTRACE_CONT) == exec_stop, "the stop after the exec");
		check(!kill(child, SIGKILL), "kill");
		expect_signal(child, SIGKILL);
	}
}

/* The tracer keeps the signal away that ends a process whose exec was refused late. */
static void late_survived(char **operands, long count)
{
	const char *path = where_late_program_has_text(operands[0]);

	while (count--) {
		pid_t child = start_tracee(SYS_execve, path);

		check(next_stop(child, PTRACE_CONT) == SIGSEGV, "the signal");
		/* It has no code to go on with: the next signal is of its own making. */
		check(next_stop(child, PTRACE_CONT) == SIGSEGV, "its own signal");
		check(!kill(child, SIGKILL), "kill");
		expect_signal(child, SIGKILL);
	}
}

const struct kind traced_kinds[] = {
	{"traced-redirect", 2, redirect},
	{"traced-redirect-fail", 2, redirect_fail},
	{"traced-skip", 1, skip},
	{"traced-emulate", 1, emulate},
	{"traced-emulate-strangely", 1, emulate_strangely},
	{"traced-number", 1, number},
	{"traced-number-fail", 1, number_fail},
	{"traced-number-away", 1, number_away},
	{"traced-number-at-exec", 1, number_at_exec},
	{"traced-killed-at-exec", 1, killed_at_exec},
	{"traced-late-survived", 1, late_survived},
	{0},
};

#else
const struct kind traced_kinds[] = {{0}};
#endif
