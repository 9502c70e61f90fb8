/* Execs on which a seccomp filter decides. */
#define _GNU_SOURCE
#include "workload.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

/* For the calling thread. Returns what seccomp(2) returns. */
static long filter_execve(unsigned int action, unsigned int flags)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static void end_as_refused(int signal)
{
	(void)signal;
	_exit(refused);
}

static pid_t start_filtered(const char *path, unsigned int action)
{
	pid_t child = fork();

	if (child)
		return child;
	signal(SIGSYS, action == SECCOMP_RET_TRAP ? end_as_refused : SIG_DFL);
	if (filter_execve(action, 0) < 0)
		_exit(1);
	execve(path, exit_arguments, environ);
	_exit(refused);
}

static void with_status(const char *path, long count, unsigned int action, int status)
{
	while (count--)
		expect_status(start_filtered(path, action), status);
}

static void allow(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_ALLOW, 0);
}

static void log_only(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_LOG, 0);
}

static void with_errno(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_ERRNO | EPERM, refused);
}

static void without_errno(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_ERRNO, refused);
}

static void trap(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_TRAP, refused);
}

static void trace_without_tracer(char **operands, long count)
{
	with_status(operands[0], count, SECCOMP_RET_TRACE, refused);
}

static void kill_thread(char **operands, long count)
{
	while (count--)
		expect_signal(start_filtered(operands[0], SECCOMP_RET_KILL_THREAD), SIGSYS);
}

static void kill_process(char **operands, long count)
{
	while (count--)
		expect_signal(start_filtered(operands[0], SECCOMP_RET_KILL_PROCESS), SIGSYS);
}

#ifdef __x86_64__
/* The tracer skips the call, or lets it be. */
static void run_traced(const char *path, long count, int is_skipped)
{
	while (count--) {
		pid_t child = fork();
		int status;

		if (!child) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGSTOP);
			if (filter_execve(SECCOMP_RET_TRACE, 0) < 0)
				_exit(1);
			execve(path, exit_arguments, environ);
			_exit(refused);
		}
		check(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "the tracee's stop");
		check(!ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) &&
			      !ptrace(PTRACE_CONT, child, NULL, NULL),
		      "ptrace");
		check(waitpid(child, &status, 0) == child, "waitpid");
		check(status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8), "the stop for the filter");
		if (is_skipped)
			check(!ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, orig_rax), -1L),
			      "PTRACE_POKEUSER");
		check(!ptrace(PTRACE_DETACH, child, NULL, NULL), "PTRACE_DETACH");
		expect_status(child, is_skipped ? refused : 0);
	}
}

static void trace_and_skip(char **operands, long count)
{
	run_traced(operands[0], count, 1);
}

static void trace_and_allow(char **operands, long count)
{
	run_traced(operands[0], count, 0);
}
#endif

static int listener[2];

static void *execve_when_told(void *path)
{
	int notifications = filter_execve(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);

	if (notifications < 0 || write(listener[1], &notifications, sizeof(notifications)) < 0)
		_exit(1);
	execve(path, exit_arguments, environ);
	return NULL;
}

/* Another thread decides on the call. */
static void run_notified(const char *path, long count, struct seccomp_notif_resp answer)
{
	check(!pipe(listener), "pipe");
	while (count--) {
		struct seccomp_notif request = {0};
		pthread_t thread;
		int notifications;

		check(!pthread_create(&thread, NULL, execve_when_told, (void *)path), "pthread_create");
		check(read(listener[0], &notifications, sizeof(notifications)) == sizeof(notifications), "read");
		check(!ioctl(notifications, SECCOMP_IOCTL_NOTIF_RECV, &request), "SECCOMP_IOCTL_NOTIF_RECV");
		answer.id = request.id;
		check(!ioctl(notifications, SECCOMP_IOCTL_NOTIF_SEND, &answer), "SECCOMP_IOCTL_NOTIF_SEND");
		pthread_join(thread, NULL);
		close(notifications);
	}
}

static void notify_and_refuse(char **operands, long count)
{
	run_notified(operands[0], count, (struct seccomp_notif_resp){.error = -EPERM});
}

static void notify_and_continue(char **operands, long count)
{
	run_notified(operands[0], count, (struct seccomp_notif_resp){.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

const struct kind seccomp_kinds[] = {
	{"seccomp-allow", 1, allow},
	{"seccomp-log", 1, log_only},
	{"seccomp-errno", 1, with_errno},
	{"seccomp-errno-0", 1, without_errno},
	{"seccomp-trap", 1, trap},
	{"seccomp-kill-thread", 1, kill_thread},
	{"seccomp-kill-process", 1, kill_process},
	{"seccomp-trace-untraced", 1, trace_without_tracer},
#ifdef __x86_64__
	{"seccomp-trace-skip", 1, trace_and_skip},
	{"seccomp-trace-allow", 1, trace_and_allow},
#endif
	{"seccomp-notify-refuse", 1, notify_and_refuse},
	{"seccomp-notify-continue", 1, notify_and_continue},
	{0},
};
