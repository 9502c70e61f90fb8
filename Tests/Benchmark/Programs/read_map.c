/*
 * Reads a whole hash map by batch again and again, and does nothing with it.
 *
 *   read_map ID N MILLISECONDS
 *
 * N times, with a pause between as a monitor has it, in which the caches forget the map. Prints how many rows the map
 * has, and the nanoseconds of CPU that one read took.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 1024

static long cpu(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static long read_all(int map, char *keys, __u64 *values)
{
	__u32 token = 0;
	long rows = 0;

	for (int is_first = 1;; is_first = 0) {
		__u32 count = CHUNK;
		int status = bpf_map_lookup_batch(map, is_first ? NULL : &token, &token, keys, values, &count, NULL);

		if (status && status != -ENOENT)
			exit(1);
		rows += count;
		if (status)
			return rows;
	}
}

int main(int argc, char **argv)
{
	struct bpf_map_info information = {};
	__u32 size = sizeof(information);
	long count, began, rows = 0;
	__u64 *values;
	char *keys;
	int map;

	if (argc != 4)
		return 2;
	map = bpf_map_get_fd_by_id(atoi(argv[1]));
	if (map < 0 || bpf_obj_get_info_by_fd(map, &information, &size))
		return 1;
	keys = malloc((size_t)CHUNK * information.key_size);
	values = malloc(CHUNK * sizeof(*values));
	if (!keys || !values)
		return 1;
	count = atol(argv[2]);
	began = cpu();
	for (long i = 0; i < count; i++) {
		usleep(atol(argv[3]) * 1000);
		rows = read_all(map, keys, values);
	}
	printf("%ld %ld\n", rows, (cpu() - began) / count);
	return 0;
}
