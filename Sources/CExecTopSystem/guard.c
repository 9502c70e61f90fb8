#define _GNU_SOURCE
#include "CExecTopSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One more than the highest signal (_NSIG). */
#define SIGNALS 65

/*
 * The kernel's form of an action, never looked into: glibc refuses to show or set those of the two signals that it
 * keeps for itself (32 and 33), which end a process like any other.
 */
struct action {
  unsigned char bytes[64];
};

static struct action previous[SIGNALS];

/* What a handler restores. `is_set` is written last when it is made, and whoever clears it owns the rest. */
static struct {
  atomic_bool is_set;
  int output;
  size_t length;
  unsigned char reset[512];
  struct termios modes;
} terminal;

static struct {
  atomic_bool is_set;
  int folder;
  int pipe;
  char name[128];
} directory;

/* Of sigset_t, as the kernel has it. */
static const size_t mask_size = 8;

static int get_action(int signal, struct action *action) {
  return syscall(SYS_rt_sigaction, signal, NULL, action, mask_size);
}

static int set_action(int signal, const struct action *action) {
  return syscall(SYS_rt_sigaction, signal, action, NULL, mask_size);
}

static bool is_writable(int descriptor, int milliseconds) {
  struct pollfd request = {.fd = descriptor, .events = POLLOUT};
  return poll(&request, 1, milliseconds) == 1 && request.revents == POLLOUT;
}

/*
 * Never waits for a terminal that nobody reads: a byte is written only where poll(2) says that there is room for one,
 * and after a tenth of a second what stands in the way is dropped. The modes come first, as they need no room.
 */
static void restore_terminal(void) {
  if (!atomic_exchange(&terminal.is_set, false)) return;
  tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
  if (!is_writable(terminal.output, 100)) tcflush(terminal.output, TCOFLUSH);
  for (size_t place = 0; place < terminal.length && is_writable(terminal.output, 0); place++) {
    if (write(terminal.output, terminal.reset + place, 1) != 1) return;
  }
}

static void remove_directory(void) {
  if (!atomic_exchange(&directory.is_set, false)) return;
  close(directory.pipe);
  unlinkat(directory.folder, directory.name, AT_REMOVEDIR);
}

/* Calls only what signal-safety(7) lists, and system calls. */
static void handle(int signal, siginfo_t *information, void *context) {
  (void)context;
  int error = errno;
  restore_terminal();
  remove_directory();
  set_action(signal, &previous[signal]);
  /*
   * A fault (si_code above 0) happens again when the handler returns, with its address for the report. A trap has
   * already passed, and a signal that was sent is over: those are sent again, and arrive on return.
   */
  bool is_fault = information->si_code > 0 &&
                  (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
  if (!is_fault) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), signal);
  errno = error;
}

static bool is_crash(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE || signal == SIGTRAP ||
         signal == SIGABRT;
}

/* Whether the default of a signal is to end the process, and can be anything else. */
static bool ends(int signal) {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return false;
    default:
      return true;
  }
}

/* Gives this thread a stack for signals, unless it has one: after an overflow there is no other. */
static void install_stack(void) {
  static char memory[65536];
  stack_t current;
  if (sigaltstack(NULL, &current) != 0 || !(current.ss_flags & SS_DISABLE)) return;
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
  sigaltstack(&stack, NULL);
}

static void install(void) {
  static atomic_bool is_installed;
  if (atomic_exchange(&is_installed, true)) return;
  install_stack();
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  /* In the kernel's form, from a signal for which glibc sets it. */
  struct action ours;
  for (int signal = 1; signal < SIGNALS; signal++) {
    if (!ends(signal) || get_action(signal, &previous[signal]) != 0) continue;
    struct sigaction old;
    if (sigaction(signal, NULL, &old) == 0) {
      if (old.sa_handler == SIG_IGN || (old.sa_handler != SIG_DFL && !is_crash(signal))) continue;
      sigaction(signal, &action, NULL);
      get_action(signal, &ours);
    } else {
      /* Glibc's own; SIG_DFL is all zeros, and every other signal below these two has been handled by now. */
      static const struct action none;
      if (memcmp(&previous[signal], &none, sizeof none) == 0) set_action(signal, &ours);
    }
  }
}

int exectop_guard_terminal(int output, const unsigned char *reset, size_t length, const struct termios *modes) {
  if (length > sizeof terminal.reset) return -1;
  exectop_unguard_terminal();
  terminal.output = output;
  terminal.length = length;
  memcpy(terminal.reset, reset, length);
  terminal.modes = *modes;
  atomic_store(&terminal.is_set, true);
  install();
  return 0;
}

void exectop_unguard_terminal(void) { atomic_store(&terminal.is_set, false); }

int exectop_guard_directory(int folder, const char *name, int pipe) {
  if (strlen(name) >= sizeof directory.name) return -1;
  exectop_unguard_directory();
  directory.folder = folder;
  directory.pipe = pipe;
  strcpy(directory.name, name);
  atomic_store(&directory.is_set, true);
  install();
  return 0;
}

void exectop_unguard_directory(void) { atomic_store(&directory.is_set, false); }
