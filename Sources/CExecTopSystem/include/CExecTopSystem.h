/*
 * The parts of ExecTopSystem that have to be C: a signal handler, since almost any line of Swift may allocate or lock
 * (type metadata, checks of exclusive access), the arguments of main, since Swift reads them from /proc, and the child of
 * a fork(2), which Swift does not have.
 */
#ifndef CEXECTOPSYSTEM_H
#define CEXECTOPSYSTEM_H

#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

/* The arguments that the program was started with. */
int exectop_argument_count(void);
const char *exectop_argument(int index);

/*
 * What a signal that ends the process restores first. Each of the two comes and goes by itself; the first one installs
 * the handler, which then stays. A signal that is ignored when the handler is installed stays ignored; one that has a
 * handler already keeps it, unless it is a crash: then that handler runs after this one.
 */

/* Returns 0, or -1 if the sequence is too long to be kept. */
int exectop_guard_terminal(int output, const unsigned char *reset, size_t length, const struct termios *modes);
void exectop_unguard_terminal(void);

/* A directory to remove: `name` in `folder`, once `pipe`, a file in it, is closed. Returns 0, or -1 if the name is too long. */
int exectop_guard_directory(int folder, const char *name, int pipe);
void exectop_unguard_directory(void);

/* What a child is to execute, and as whom. */
struct exectop_command {
  const char *path;
  char *const *arguments;
  char *const *environment;
  int changes_user;
  uid_t user;
  gid_t group;
  const gid_t *groups;
  size_t group_count;
  /* It is not to use the terminal: what of its standard streams is one becomes /dev/null. */
  int leaves_terminal;
};

/*
 * Makes a child that executes the command once a byte is written to `go`, with all signals as they are at first, and that
 * ends if `go` is closed without one. If it cannot, it writes the errno to `failed` as an int and ends with status 127;
 * `failed` is at its end once it has executed. Returns the child's id, or -1 with errno.
 */
int exectop_hold_command(const struct exectop_command *command, int *go, int *failed);

/* pidfd_open(2). */
int exectop_open_process(int process);

#endif
