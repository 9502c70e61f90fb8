/*
 * Linux headers that Swift's Glibc module leaves out.
 *
 * Not with _GNU_SOURCE: it changes structures, such as fd_set, that the Glibc module has already, and the compiler then
 * refuses whichever of the two it meets last.
 */
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <linux/sched.h>
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <wchar.h>

/* Glibc's module is built without the X/Open and GNU parts of <wchar.h>, <stdlib.h> and <unistd.h>. */
extern int wcwidth(wchar_t character);
extern int posix_openpt(int flags);
extern int grantpt(int terminal);
extern int unlockpt(int terminal);
extern int ptsname_r(int terminal, char *name, size_t size);
extern int pipe2(int ends[2], int flags);
/* Declared only with _GNU_SOURCE. */
extern int unshare(int flags);


/* syscall(2) is variadic, which Swift cannot call. */
static inline long exectop_membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0); }

/*
 * open_by_handle_at(2), of a directory of the file system of control groups, whose handles are the numbers of their
 * directories (fs/kernfs/mount.c, include/linux/exportfs.h). <fcntl.h> shows it only to _GNU_SOURCE.
 */
static inline int exectop_open_group(int mount, unsigned long long number)
{
	struct {
		unsigned int bytes;
		int type;
		unsigned char handle[8];
	} handle = {sizeof(handle.handle), 0xfe, {0}};

	__builtin_memcpy(handle.handle, &number, sizeof(number));
	/* O_RDONLY | O_CLOEXEC */
	return (int)syscall(SYS_open_by_handle_at, mount, &handle, 02000000);
}

/* F_SETPIPE_SZ and F_GETPIPE_SZ, which <fcntl.h> shows only to _GNU_SOURCE. */
static inline int exectop_set_pipe_size(void) { return 1024 + 7; }
static inline int exectop_get_pipe_size(void) { return 1024 + 8; }

/* Atomic operations on memory that Swift has not made: its own are on variables of its own. */
static inline int exectop_compare_and_swap(void *place, unsigned long long before, unsigned long long after)
{
	return __atomic_compare_exchange_n(
		(unsigned long long *)place, &before, after, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
