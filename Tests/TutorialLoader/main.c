/*
 * A loader as the tutorial has it: loads the tutorial's program, attaches it, and fills exec_count until its standard
 * input ends.
 *
 *   TutorialLoader OBJECT
 *
 * It prints the id of its map when it counts, and at the end the program's runs and the nanoseconds they took, as far
 * as the kernel kept that statistic (kernel.bpf_stats_enabled).
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void check(int is_well, const char *what)
{
	if (is_well)
		return;
	perror(what);
	exit(1);
}

/* Where tracefs is not mounted: in a mount namespace of this process, which ends with it. */
static void make_tracefs_visible(void)
{
	if (!access("/sys/kernel/tracing/events", F_OK) || !access("/sys/kernel/debug/tracing/events", F_OK))
		return;
	check(!unshare(CLONE_NEWNS) && !mount(NULL, "/sys", NULL, MS_SLAVE | MS_REC, NULL) &&
		      !mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL),
	      "mount tracefs");
}

int main(int argc, char **argv)
{
	struct bpf_map_info map = {};
	struct bpf_prog_info information = {};
	__u32 map_size = sizeof(map), information_size = sizeof(information);
	struct bpf_object *object;
	struct bpf_program *program;
	char byte;

	if (argc != 2)
		return 2;
	make_tracefs_visible();
	object = bpf_object__open(argv[1]);
	check(object && !bpf_object__load(object), "load");
	program = bpf_object__find_program_by_name(object, "handle_execve_tp");
	check(program && bpf_program__attach(program), "attach");
	check(!bpf_obj_get_info_by_fd(bpf_object__find_map_fd_by_name(object, "exec_count"), &map, &map_size), "map");
	printf("%u\n", map.id);
	fflush(stdout);

	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	check(!bpf_obj_get_info_by_fd(bpf_program__fd(program), &information, &information_size), "program");
	printf("%llu %llu\n", information.run_cnt, information.run_time_ns);
	return 0;
}
