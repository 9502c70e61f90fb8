/* Execs that fail, by where the path is in memory. */
#define _GNU_SOURCE
#include "workload.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static void fail(const char *path, long count, int error)
{
	while (count--) {
		check(syscall(SYS_execve, path, exit_arguments, environ) < 0 && errno == error, "execve");
		check(syscall(SYS_execveat, AT_FDCWD, path, exit_arguments, environ, 0) < 0 && errno == error, "execveat");
	}
}

static void empty(char **operands, long count)
{
	(void)operands;
	fail("", count, ENOENT);
}

static void null(char **operands, long count)
{
	(void)operands;
	fail(NULL, count, EFAULT);
}

/* The first of two pages, the second of which is not there. */
static char *page_before_nothing(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(pages != MAP_FAILED && !munmap(pages + 4096, 4096), "mmap");
	return pages;
}

static void last_bytes(char **operands, long count)
{
	size_t size = strlen(operands[0]) + 1;

	fail(strcpy(page_before_nothing() + 4096 - size, operands[0]), count, ENOENT);
}

static void without_end(char **operands, long count)
{
	size_t length = strlen(operands[0]);

	fail(memcpy(page_before_nothing() + 4096 - length, operands[0], length), count, EFAULT);
}

/* The path, made as long by slashes. */
static void too_long(char **operands, long count)
{
	static char path[5001];
	size_t length = strlen(operands[0]);

	memset(path, '/', sizeof(path) - 1);
	memcpy(path, operands[0], length);
	fail(path, count, ENAMETOOLONG);
}

/* On a page that is given back before each call. */
static void cold_page(char **operands, long count)
{
	int file = memfd_create("exec-workload", 0);
	size_t size = strlen(operands[0]) + 1;
	char *page;

	check(file >= 0 && write(file, operands[0], size) == (ssize_t)size, "write");
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
	check(page != MAP_FAILED, "mmap");
	while (count--) {
		check(!madvise(page, 4096, MADV_DONTNEED), "madvise");
		check(syscall(SYS_execve, page, exit_arguments, environ) < 0 && errno == ENOENT, "execve");
	}
}

const struct kind memory_kinds[] = {
	{"empty", 0, empty},
	{"null", 0, null},
	{"last-bytes", 1, last_bytes},
	{"without-end", 1, without_end},
	{"too-long", 1, too_long},
	{"cold-page", 1, cold_page},
	{0},
};
