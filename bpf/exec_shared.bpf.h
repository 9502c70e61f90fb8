/* SPDX-License-Identifier: GPL-2.0 */
/* What all programs use: the memory that is shared with user space, and adding to a map. */
#ifndef EXEC_SHARED_BPF_H
#define EXEC_SHARED_BPF_H

#include "exec_count.h"
#include "kernel.bpf.h"

/* What is seldom executed then stands apart: less code has to be fetched, which is most of what a program costs. */
#ifndef unlikely /* libbpf has it since 1.7. */
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#endif

/* Wakes user space before the maps are full. Nothing but the wake-up is meant. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} exec_wake SEC(".maps");

struct exec_shared shared;

/* Alone in a section, so at its beginning. The verifier removes what a 0 here switches off. */
const volatile struct exec_config config SEC(".rodata.config") = {.wake_at = EXEC_MAX_PATHS / 4 * 3};

static __always_inline struct exec_counters *counters(void)
{
	return &shared.lines[bpf_get_smp_processor_id() % EXEC_COUNTER_LINES];
}

static __always_inline void wake_user_space_in_time(void)
{
	__u32 inserted = __sync_fetch_and_add(&shared.inserted, 1) + 1;
	__u8 nothing = 0;

	/* Again every 256, should the first one have been lost. */
	if (inserted == config.wake_at || (inserted > config.wake_at && inserted % 256 == 0))
		bpf_ringbuf_output(&exec_wake, &nothing, sizeof(nothing), BPF_RB_FORCE_WAKEUP);
}

/* Adds one to key's value. False if the map takes no further key. */
static __always_inline bool add_in(void *map, const void *key)
{
	__u64 one = 1;
	__u64 *value = bpf_map_lookup_elem(map, key);

	if (unlikely(!value)) {
		if (!bpf_map_update_elem(map, key, &one, BPF_NOEXIST)) {
			wake_user_space_in_time();
			return true;
		}
		/* Another CPU was first, or there is no room. */
		value = bpf_map_lookup_elem(map, key);
		if (!value)
			return false;
	}
	__sync_fetch_and_add(value, 1);
	return true;
}

#endif
