/*
 * Has the kernel measure how long BPF programs run, until its standard input ends.
 *
 *   run_time PREFIX
 *
 * For each line that it reads it prints the nanoseconds that all programs whose names begin so have run so far. Those
 * that were loaded before it started are somebody else's.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned long long total(const char *prefix, __u32 id)
{
	unsigned long long sum = 0;

	while (!bpf_prog_get_next_id(id, &id)) {
		struct bpf_prog_info information = {};
		__u32 size = sizeof(information);
		int program = bpf_prog_get_fd_by_id(id);

		if (program < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(program, &information, &size) &&
		    !strncmp(information.name, prefix, strlen(prefix)))
			sum += information.run_time_ns;
		close(program);
	}
	return sum;
}

int main(int argc, char **argv)
{
	char line[16];
	__u32 last = 0, next;

	if (argc != 2 || bpf_enable_stats(BPF_STATS_RUN_TIME) < 0)
		return 1;
	while (!bpf_prog_get_next_id(last, &next))
		last = next;
	while (fgets(line, sizeof(line), stdin)) {
		printf("%llu\n", total(argv[1], last));
		fflush(stdout);
	}
	return 0;
}
