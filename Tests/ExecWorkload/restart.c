/*
 * Execs that a signal interrupts and the kernel makes again: they wait for another thread's exec, whose program's file
 * system does not answer yet.
 */
#define _GNU_SOURCE
#include "workload.h"
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static int device, began[2], answer[2];

static void reply(const struct fuse_in_header *request, int error, const void *body, size_t size)
{
	struct {
		struct fuse_out_header header;
		char body[256];
	} message = {{.len = sizeof(message.header) + size, .error = -error, .unique = request->unique}, {0}};

	memcpy(message.body, body, size);
	check(write(device, &message, message.header.len) == (ssize_t)message.header.len, "answer a FUSE request");
}

static const struct fuse_attr program_attributes = {
	.ino = 2, .size = 4096, .mode = S_IFREG | 0755, .nlink = 1, .blksize = 4096};

/* A directory with one file. Whoever opens and reads it waits, once, until it is told of an error. */
static void serve(void)
{
	int is_held = 0;

	static union {
		struct fuse_in_header header;
		char bytes[FUSE_MIN_READ_BUFFER * 32];
	} request;

	for (;;) {
		const void *body = request.bytes + sizeof(request.header);
		char byte;

		if (read(device, &request, sizeof(request)) < (ssize_t)sizeof(request.header)) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			_exit(errno == ENODEV ? 0 : 1);
		}
		switch (request.header.opcode) {
		case FUSE_INIT: {
			const struct fuse_init_in *in = body;
			struct fuse_init_out out = {
				.major = FUSE_KERNEL_VERSION, .minor = in->minor, .max_write = 4096};

			if (out.minor > FUSE_KERNEL_MINOR_VERSION)
				out.minor = FUSE_KERNEL_MINOR_VERSION;
			reply(&request.header, 0, &out, sizeof(out));
			break;
		}
		case FUSE_LOOKUP: {
			struct fuse_entry_out out = {.nodeid = 2, .attr = program_attributes};

			reply(&request.header, 0, &out, sizeof(out));
			break;
		}
		case FUSE_GETATTR: {
			struct fuse_attr_out out = {.attr = program_attributes};

			if (request.header.nodeid == FUSE_ROOT_ID) {
				out.attr.ino = FUSE_ROOT_ID;
				out.attr.mode = S_IFDIR | 0755;
			}
			reply(&request.header, 0, &out, sizeof(out));
			break;
		}
		case FUSE_OPEN: {
			struct fuse_open_out out = {0};

			is_held = 1;
			reply(&request.header, 0, &out, sizeof(out));
			break;
		}
		case FUSE_READ:
			/* Whatever goes wrong, nobody waits for longer: the file system ends with this process. */
			alarm(30);
			/* The kernel asks again for what it could not read ahead. */
			if (is_held && (write(began[1], "", 1) != 1 || read(answer[0], &byte, 1) != 1))
				_exit(1);
			is_held = 0;
			reply(&request.header, EIO, NULL, 0);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break;
		default:
			reply(&request.header, ENOSYS, NULL, 0);
		}
	}
}

static volatile sig_atomic_t interruptions;

static void count_interruption(int signal)
{
	(void)signal;
	interruptions++;
}

static pid_t waiting;
static int go[2];

static void *execve_slowly(void *path)
{
	execve(path, exit_arguments, environ);
	return NULL;
}

static void *execve_and_wait(void *path)
{
	char byte;

	__atomic_store_n(&waiting, gettid(), __ATOMIC_RELEASE);
	check(read(go[0], &byte, 1) == 1, "wait for the start");
	execve(path, exit_arguments, environ);
	_exit(refused);
}

/* Returns when the thread waits within execve. */
static void await_execve(pid_t thread)
{
	char name[64], text[16];

	snprintf(name, sizeof(name), "/proc/self/task/%d/syscall", thread);
	do {
		int file = open(name, O_RDONLY);

		sched_yield();
		memset(text, 0, sizeof(text));
		check(file >= 0 && read(file, text, sizeof(text) - 1) >= 0, name);
		close(file);
	} while (strncmp(text, "59 ", 3));
}

static void run_interrupted(const char *slow, const char *path)
{
	const struct sigaction action = {.sa_handler = count_interruption};
	pthread_t holder, waiter;
	pid_t thread;
	char byte;

	check(!sigaction(SIGUSR1, &action, NULL), "sigaction");
	/* No thread can be made while another one is in an exec. */
	check(!pipe(go) && !pthread_create(&waiter, NULL, execve_and_wait, (void *)path), "pthread_create");
	check(!pthread_create(&holder, NULL, execve_slowly, (void *)slow), "pthread_create");
	check(read(began[0], &byte, 1) == 1, "wait for the slow exec");
	check(write(go[1], "", 1) == 1, "start");
	while (!(thread = __atomic_load_n(&waiting, __ATOMIC_ACQUIRE)))
		sched_yield();
	await_execve(thread);
	pthread_kill(waiter, SIGUSR1);
	while (!interruptions)
		sched_yield();
	await_execve(thread);
	check(write(answer[1], "", 1) == 1, "let the slow exec go on");
	pthread_join(waiter, NULL);
	_exit(1);
}

/* Operands: where to mount, the path that is interrupted, the status of its process. */
static void interrupted(char **operands, long count)
{
	char options[128], slow[512];
	sigset_t none;
	pid_t server;

	/* Whoever started this may have blocked some. */
	sigemptyset(&none);
	check(!sigprocmask(SIG_SETMASK, &none, NULL), "sigprocmask");
	check(!unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "unshare");
	device = open("/dev/fuse", O_RDWR);
	check(device >= 0 && !pipe(began) && !pipe(answer), "/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	check(!mount("exectop-test", operands[0], "fuse", 0, options), "mount fuse");
	snprintf(slow, sizeof(slow), "%s/slow", operands[0]);
	server = fork();
	if (!server) {
		/* No exec waits for ever, whatever ends this process. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve();
	}
	close(device);
	while (count--) {
		pid_t child = fork();

		if (!child)
			run_interrupted(slow, operands[1]);
		expect_status(child, atoi(operands[2]));
	}
	check(!umount(operands[0]), "umount");
	expect_status(server, 0);
}

const struct kind restart_kinds[] = {
	{"interrupted", 3, interrupted},
	{0},
};
