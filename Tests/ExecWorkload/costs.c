/* Processes that use CPU time and end in different ways, for what exectop says that they cost. */
#define _GNU_SOURCE
#include "costs.h"
#include "workload.h"
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

static long microseconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void *burn_in_thread(void *microseconds)
{
	long until = microseconds_of(CLOCK_THREAD_CPUTIME_ID) + (long)microseconds;

	while (microseconds_of(CLOCK_THREAD_CPUTIME_ID) < until)
		;
	return NULL;
}

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void start_thread(void *(*body)(void *), void *argument, pthread_t *thread)
{
	check(!pthread_create(thread, NULL, body, argument), "pthread_create");
}

int run_burn(char **operands)
{
	long microseconds = atol(operands[0]);
	int threads = atoi(operands[1]);
	pthread_t others[64];

	for (int i = 0; i < threads && i < 64; i++)
		start_thread(burn_in_thread, (void *)microseconds, &others[i]);
	for (int i = 0; i < threads && i < 64; i++)
		pthread_join(others[i], NULL);
	if (!threads)
		burn_in_thread((void *)microseconds);
	if (operands[2])
		execv(operands[2], (char *[]){"ExecWorkload", "burn", operands[0], operands[1], operands[3], NULL});
	return 0;
}

static void *exit_late(void *leader)
{
	pthread_join(*(pthread_t *)leader, NULL);
	exit(7);
}

static void *execute(void *path)
{
	execl(path, "ExecWorkload", "die", "7", NULL);
	_exit(1);
}

int run_die(char **operands)
{
	pthread_t leader = pthread_self(), thread;

	if (!strncmp(operands[0], "signal-", 7)) {
		/* Whoever started it may have had it ignored. */
		signal(atoi(operands[0] + 7), SIG_DFL);
		kill(getpid(), atoi(operands[0] + 7));
	} else if (!strcmp(operands[0], "threads-killed")) {
		for (int i = 0; i < 3; i++)
			start_thread(wait_for_ever, NULL, &thread);
		kill(getpid(), SIGKILL);
	} else if (!strcmp(operands[0], "leader-first")) {
		start_thread(exit_late, &leader, &thread);
		pthread_exit(NULL);
	} else if (!strcmp(operands[0], "thread-execs")) {
		start_thread(execute, operands[1], &thread);
		pthread_join(thread, NULL);
	}
	return atoi(operands[0]);
}

static void run_children(const char *path, char **arguments, long count)
{
	struct rusage used;

	for (long i = 0; i < count; i++) {
		pid_t child = vfork();
		int status;

		if (!child) {
			execv(path, arguments);
			_exit(127);
		}
		check(waitpid(child, &status, 0) == child, "waitpid");
	}
	getrusage(RUSAGE_CHILDREN, &used);
	printf("%ld\n", (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000L +
				(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000L);
}

static void run_spend(char **operands, long count)
{
	run_children(operands[0], (char *[]){"ExecWorkload", "burn", operands[1], operands[2], NULL}, count);
}

static void run_chain(char **operands, long count)
{
	run_children(operands[0],
		     (char *[]){"ExecWorkload", "burn", operands[2], "0", operands[1], NULL}, count);
}

static void run_end(char **operands, long count)
{
	run_children(operands[0], (char *[]){"ExecWorkload", "die", operands[1], operands[0], NULL}, count);
}

/* A child that makes no exec: it is its parent's program. */
static void run_forks(char **operands, long count)
{
	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (!child) {
			burn_in_thread((void *)atol(operands[0]));
			_exit(4);
		}
		expect_status(child, 4);
	}
}

/* A child with a process id of one's own choice, if nobody else is faster. */
static pid_t fork_as(int wanted)
{
	FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "w");

	check(last != NULL, "ns_last_pid");
	fprintf(last, "%d", wanted - 1);
	fclose(last);
	return fork();
}

static void run_same_place(char **operands, long count)
{
	const int sets = 8192;
	int first = 20000 % sets + sets, ends[2];
	char byte;

	check(!pipe(ends), "pipe");
	for (long i = 0; i < count; i++) {
		pid_t child = fork_as(first + i * sets);

		check(child >= 0, "fork");
		if (!child) {
			close(ends[1]);
			check(read(ends[0], &byte, 1) == 0, "read");
			execl(operands[0], "ExecWorkload", "burn", operands[1], "0", NULL);
			_exit(1);
		}
		if (child != first + i * sets)
			exit(3);
	}
	close(ends[1]);
	for (long i = 0; i < count; i++)
		expect_status(-1, 0);
}

static void run_zombies(char **operands, long count)
{
	char byte;

	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (!child) {
			execl(operands[0], "ExecWorkload", "burn", operands[1], "0", NULL);
			_exit(1);
		}
	}
	/* They have ended, and stay. */
	for (long i = 0; i < count; i++) {
		siginfo_t ended;

		check(!waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), "waitid");
	}
	sleep(1);
	printf("%ld\n", count);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	for (long i = 0; i < count; i++)
		expect_status(-1, 0);
}

static void run_sleepers(char **operands, long count)
{
	pid_t *children = calloc(count, sizeof(*children));
	char byte;

	(void)operands;
	check(children != NULL, "calloc");
	for (long i = 0; i < count; i++) {
		children[i] = fork();
		check(children[i] >= 0, "fork");
		if (!children[i]) {
			/* Not to outlive the parent, whatever happens to it. */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			wait_for_ever(NULL);
		}
	}
	printf("%ld\n", count);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	for (long i = 0; i < count; i++) {
		kill(children[i], SIGKILL);
		expect_signal(children[i], SIGKILL);
	}
	free(children);
}

const struct kind cost_kinds[] = {
	/* PATH MICROSECONDS THREADS: children of that path that use so much CPU time, in so many threads beside the first,
	   or in that one. Prints the nanoseconds that getrusage(2) says they used. */
	{"spend", 3, run_spend},
	/* PATH NEXT MICROSECONDS: likewise, and each executes NEXT then, which uses as much. */
	{"chain", 3, run_chain},
	/* PATH HOW: children that end so: a status, signal-NUMBER, threads-killed, leader-first or thread-execs. */
	{"end", 2, run_end},
	/* MICROSECONDS: children that execute nothing. */
	{"forks", 1, run_forks},
	/* PATH MICROSECONDS: so many processes at a time whose ids are the same modulo 8192; each then uses so much CPU
	   time. Ends with status 3 if somebody else got one of these ids. */
	{"same-place", 2, run_same_place},
	/* PATH MICROSECONDS: so many processes that have ended, for which nobody waits until standard input ends. Prints
	   their number when they have. */
	{"zombies", 2, run_zombies},
	/* So many processes that do nothing until standard input ends. Prints their number when they are there. */
	{"sleepers", 0, run_sleepers},
	{NULL, 0, NULL},
};
