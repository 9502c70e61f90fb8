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

extern int memfd_create(const char *name, unsigned flags);

/* syscall(2) is variadic, which Swift cannot call. */
static inline long exectop_membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0); }

/* MFD_CLOEXEC. */
static inline int exectop_memory_file(const char *name) { return memfd_create(name, 1U); }
