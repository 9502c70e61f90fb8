/*
 * Walks over all tasks of the machine again and again, and does nothing with them.
 *
 *   walk_tasks OBJECT N MILLISECONDS
 *
 * OBJECT is tasks.bpf.c, compiled. N times, with a pause between. Prints how many tasks there are, and the nanoseconds of
 * CPU that one walk took.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char buffer[8 * 4096];

static long cpu(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_link *link;
	long count, began, bytes = 0;

	if (argc != 4)
		return 2;
	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object))
		return 1;
	link = bpf_program__attach_iter(bpf_object__find_program_by_name(object, "list_tasks"), NULL);
	if (!link)
		return 1;
	count = atol(argv[2]);
	began = cpu();
	for (long i = 0; i < count; i++) {
		int file = bpf_iter_create(bpf_link__fd(link));
		ssize_t size;

		usleep(atol(argv[3]) * 1000);
		bytes = 0;
		while ((size = read(file, buffer, sizeof(buffer))) > 0)
			bytes += size;
		close(file);
	}
	printf("%ld %ld\n", bytes / 48, (cpu() - began) / count);
	return 0;
}
