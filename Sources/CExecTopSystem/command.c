#define _GNU_SOURCE
#include "CExecTopSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's form of an action (see guard.c): all zero is the default. */
static void reset_signals(void) {
  static const unsigned char nothing[64];
  sigset_t none;

  for (int signal = 1; signal < 65; signal++) syscall(SYS_rt_sigaction, signal, nothing, NULL, 8);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void leave_terminal(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);

  for (int stream = 0; stream < 3 && null >= 0; stream++)
    if (isatty(stream)) dup2(null, stream);
}

/* What the child does. Only functions that are safe in a signal handler: the parent may have had other threads. */
static void become(const struct exectop_command *command, int go, int failed) {
  char byte;
  int error;

  /* The end without a byte: the parent has gone. */
  if (read(go, &byte, 1) != 1) _exit(1);
  reset_signals();
  if (command->leaves_terminal) leave_terminal();
  if (command->changes_user && (setgroups(command->group_count, command->groups) < 0 ||
                                setresgid(command->group, command->group, command->group) < 0 ||
                                setresuid(command->user, command->user, command->user) < 0)) {
    error = errno;
  } else {
    execve(command->path, command->arguments, command->environment);
    error = errno;
  }
  (void)!write(failed, &error, sizeof(error));
  _exit(127);
}

int exectop_hold_command(const struct exectop_command *command, int *go, int *failed) {
  int to_child[2], from_child[2];
  pid_t child;

  if (pipe2(to_child, O_CLOEXEC) < 0) return -1;
  if (pipe2(from_child, O_CLOEXEC) < 0) {
    close(to_child[0]);
    close(to_child[1]);
    return -1;
  }
  child = fork();
  if (child == 0) {
    close(to_child[1]);
    become(command, to_child[0], from_child[1]);
  }
  close(to_child[0]);
  close(from_child[1]);
  if (child < 0) {
    close(to_child[1]);
    close(from_child[0]);
    return -1;
  }
  *go = to_child[1];
  *failed = from_child[0];
  return child;
}

int exectop_open_process(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }
