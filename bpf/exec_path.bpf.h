/* SPDX-License-Identifier: GPL-2.0 */
/* The path of an exec, read from the memory of its caller. */
#ifndef EXEC_PATH_BPF_H
#define EXEC_PATH_BPF_H

#include "exec_count.h"
#include "kernel.bpf.h"

/* Room for a whole path behind a "/dev/fd/N/"; what does not fit the key is cut off. */
union named_path {
	struct path_key path;
	char bytes[EXEC_PATH_SIZE + 32];
};

/* Returns the path's length, with its NUL; 0 if user memory does not hold it. */
static __always_inline __u32 read_execve_path(union named_path *name, const void *user_path)
{
	long length = bpf_probe_read_user_str(name->bytes, EXEC_PATH_SIZE, user_path);

	return length > 0 ? length : 0;
}

/* As the kernel names it (fs/exec.c, alloc_bprm): relative to a directory's descriptor, or the descriptor itself. */
static __always_inline __u32 read_execveat_path(union named_path *name, __s32 directory, const void *user_path)
{
	const __s32 at_fdcwd = -100;
	__u64 arguments[] = {directory};
	long directory_length, length;
	char first;

	if (bpf_probe_read_user(&first, sizeof(first), user_path))
		return 0;
	if (first == '/' || directory == at_fdcwd)
		return read_execve_path(name, user_path);

	/* With the NUL, at most 20 bytes. */
	directory_length = bpf_snprintf(name->bytes, 32, "/dev/fd/%d", arguments, sizeof(arguments));
	if (directory_length < 1 || directory_length > 32)
		return 0;
	if (first == 0)
		return directory_length;
	name->bytes[directory_length - 1] = '/';
	length = bpf_probe_read_user_str(name->bytes + directory_length, EXEC_PATH_SIZE, user_path);
	if (length < 0)
		return 0;
	name->bytes[EXEC_PATH_SIZE - 1] = 0;
	length += directory_length;
	return length < EXEC_PATH_SIZE ? length : EXEC_PATH_SIZE;
}

#endif
