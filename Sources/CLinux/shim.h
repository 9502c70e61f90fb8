/* Linux headers that Swift's Glibc module leaves out. */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

/* syscall(2) is variadic, which Swift cannot call. */
static inline long exectop_membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0); }
