/* Execs that wait in the middle: their arguments are in memory that is filled in only later. */
#define _GNU_SOURCE
#include "workload.h"
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

enum { page_size = 4096, stack_size = 16384 };

static char *missing;
static int faults;

/* So many pages that are not there until somebody fills them in. */
static void prepare_missing_pages(long count)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.mode = UFFDIO_REGISTER_MODE_MISSING};

	missing = mmap(NULL, count * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(missing != MAP_FAILED, "mmap");
	faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	check(faults >= 0 && !ioctl(faults, UFFDIO_API, &api), "userfaultfd");
	range.range.start = (unsigned long)missing;
	range.range.len = count * page_size;
	check(!ioctl(faults, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
}

/* The page that somebody waits for. */
static char *next_fault(void)
{
	struct uffd_msg message;

	check(read(faults, &message, sizeof(message)) == sizeof(message), "read a fault");
	return (char *)(unsigned long)(message.arg.pagefault.address & ~(page_size - 1UL));
}

static void fill_in(char *page)
{
	static char source[page_size] __attribute__((aligned(4096))) = "exit";
	struct uffdio_copy copy = {.src = (unsigned long)source, .dst = (unsigned long)page, .len = page_size};

	check(!ioctl(faults, UFFDIO_COPY, &copy), "UFFDIO_COPY");
}

struct call {
	const char *path;
	char *argument;
};

static int execve_call(void *pointer)
{
	const struct call *call = pointer;
	char *arguments[] = {"ExecWorkload", call->argument, NULL};

	syscall(SYS_execve, call->path, arguments, environ);
	syscall(SYS_exit, refused);
	return 0;
}

/* A process with this one's memory, so that its faults come here. */
static pid_t start_in_this_memory(struct call *call, int flags)
{
	char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	check(stack != MAP_FAILED, "mmap");
	child = clone(execve_call, stack + stack_size, CLONE_VM | SIGCHLD | flags, call);
	check(child > 0, "clone");
	return child;
}

enum fate { released, killed_at_argument, killed_at_path };

/* All at once. */
static void run_blocked(const char *path, long count, enum fate fate)
{
	pid_t *children = calloc(count, sizeof(*children));
	struct call *calls = calloc(count, sizeof(*calls));
	char **pages = calloc(count, sizeof(*pages));

	prepare_missing_pages(count);
	for (long i = 0; i < count; i++) {
		char *page = missing + i * page_size;

		calls[i] = fate == killed_at_path ? (struct call){page, "exit"} : (struct call){path, page};
		children[i] = start_in_this_memory(&calls[i], 0);
	}
	for (long i = 0; i < count; i++)
		pages[i] = next_fault();
	for (long i = 0; i < count; i++) {
		if (fate == released)
			fill_in(pages[i]);
		else
			check(!kill(children[i], SIGKILL), "kill");
	}
	for (long i = 0; i < count; i++) {
		if (fate == released)
			expect_status(children[i], 0);
		else
			expect_signal(children[i], SIGKILL);
	}
}

static void blocked(char **operands, long count)
{
	run_blocked(operands[0], count, released);
}

static void blocked_killed(char **operands, long count)
{
	run_blocked(operands[0], count, killed_at_argument);
}

static void blocked_path_killed(char **operands, long count)
{
	run_blocked(operands[0], count, killed_at_path);
}

static void run_vfork(const char *path, long count, int status)
{
	while (count--) {
		pid_t child = vfork();

		if (!child) {
			execve(path, exit_arguments, environ);
			_exit(refused);
		}
		expect_status(child, status);
	}
}

static void vfork_success(char **operands, long count)
{
	run_vfork(operands[0], count, 0);
}

static void vfork_fail(char **operands, long count)
{
	run_vfork(operands[0], count, refused);
}

static pid_t *thread_id;

static void *tell_id_and_wait(void *nothing)
{
	__atomic_store_n(thread_id, gettid(), __ATOMIC_RELEASE);
	for (;;)
		pause();
	return nothing;
}

/* A process in an exec that waits for the end of its other thread, which this process holds as its tracer. */
struct held {
	pid_t process, thread;
};

static struct held start_held(const char *path)
{
	struct held held;
	int go[2], status;

	*thread_id = 0;
	check(!pipe(go), "pipe");
	held.process = fork();
	if (!held.process) {
		pthread_t other;
		char byte;

		if (pthread_create(&other, NULL, tell_id_and_wait, NULL) || read(go[0], &byte, 1) != 1)
			_exit(1);
		execve(path, exit_arguments, environ);
		_exit(refused);
	}
	while (!(held.thread = __atomic_load_n(thread_id, __ATOMIC_ACQUIRE)))
		sched_yield();
	check(!ptrace(PTRACE_SEIZE, held.thread, NULL, PTRACE_O_TRACEEXIT), "PTRACE_SEIZE");
	check(write(go[1], "", 1) == 1, "write");
	check(waitpid(held.thread, &status, __WALL) == held.thread, "waitpid");
	check(WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8), "the thread's stop");
	close(go[0]);
	close(go[1]);
	return held;
}

static void let_go(struct held held)
{
	int status;

	/* Unless SIGKILL has let it go already. */
	ptrace(PTRACE_CONT, held.thread, NULL, NULL);
	waitpid(held.thread, &status, __WALL);
}

/* Killed past the point of no return. */
static void killed_in_de_thread(char **operands, long count)
{
	thread_id = shared_memory(sizeof(*thread_id));
	while (count--) {
		struct held held = start_held(operands[0]);

		check(!kill(held.process, SIGKILL), "kill");
		let_go(held);
		expect_signal(held.process, SIGKILL);
	}
}

/* So many at once past the point of no return. Meanwhile 40 of two other programs, which are refused there. */
static void held(char **operands, long count)
{
	struct held *all = calloc(count, sizeof(*all));

	thread_id = shared_memory(sizeof(*thread_id));
	for (long i = 0; i < count; i++)
		all[i] = start_held(operands[0]);
	for (int i = 0; i < 80; i++) {
		pid_t child = fork();

		if (!child) {
			execve(operands[1 + i % 2], exit_arguments, environ);
			_exit(refused);
		}
		expect_signal(child, SIGSEGV);
	}
	for (long i = 0; i < count; i++) {
		let_go(all[i]);
		expect_status(all[i].process, 0);
	}
}

const struct kind blocked_kinds[] = {
	{"vfork", 1, vfork_success},
	{"vfork-fail", 1, vfork_fail},
	{"blocked", 1, blocked},
	{"blocked-killed", 1, blocked_killed},
	{"blocked-path-killed", 0, blocked_path_killed},
	{"killed-in-de-thread", 1, killed_in_de_thread},
	{"held", 3, held},
	{0},
};
