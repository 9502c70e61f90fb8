/*
 * The parts of ExecTopSystem that have to be C: a signal handler, since almost any line of Swift may allocate or lock
 * (type metadata, checks of exclusive access), and the arguments of main, since Swift reads them from /proc.
 */
#ifndef CEXECTOPSYSTEM_H
#define CEXECTOPSYSTEM_H

#include <stddef.h>
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

#endif
