#include "CExecTopSystem.h"

static int count;
static char **arguments;

/* glibc hands main's arguments to constructors too. */
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  count = argc;
  arguments = argv;
}

int exectop_argument_count(void) { return count; }

const char *exectop_argument(int index) { return index >= 0 && index < count ? arguments[index] : NULL; }
