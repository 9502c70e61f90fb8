/* SPDX-License-Identifier: GPL-2.0 */
/* The number of a path: see exec_count.h. PathHash.swift is the other half. */
#ifndef PATH_NUMBER_BPF_H
#define PATH_NUMBER_BPF_H

#include "exec_shared.bpf.h"

struct sip_state {
	__u64 v0, v1, v2, v3;
};

static __always_inline __u64 rotated(__u64 word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static __always_inline void sip_round(struct sip_state *state)
{
	state->v0 += state->v1;
	state->v1 = rotated(state->v1, 13) ^ state->v0;
	state->v0 = rotated(state->v0, 32);
	state->v2 += state->v3;
	state->v3 = rotated(state->v3, 16) ^ state->v2;
	state->v0 += state->v3;
	state->v3 = rotated(state->v3, 21) ^ state->v0;
	state->v2 += state->v1;
	state->v1 = rotated(state->v1, 17) ^ state->v2;
	state->v2 = rotated(state->v2, 32);
}

/*
 * The key's words up to the first that ends in a NUL: no path's are the beginning of another's.
 *
 * A function that is not static is verified once, and not again at each call: the programs load in half the time. Its
 * pointers can be anything to the verifier, so they must be compared with NULL.
 */
__attribute__((noinline)) __u64 path_number(const struct path_key *path)
{
	const __u64 *words = (const __u64 *)path;
	/* Through the volatile variable: the compiler would take its initial value for the last one. */
	__u64 seed[2] = {config.seed[0], config.seed[1]};
	/* The constants are those of SipHash. */
	struct sip_state state = {
		seed[0] ^ 0x736f6d6570736575ULL,
		seed[1] ^ 0x646f72616e646f6dULL,
		seed[0] ^ 0x6c7967656e657261ULL,
		seed[1] ^ 0x7465646279746573ULL,
	};
	__u64 number;

	if (!path)
		return 0;
	for (int i = 0; i < EXEC_PATH_SIZE / 8; i++) {
		__u64 word = words[i];

		state.v3 ^= word;
		sip_round(&state);
		state.v0 ^= word;
		if (!(word >> 56))
			break;
	}
	state.v2 ^= 0xff;
	sip_round(&state);
	sip_round(&state);
	sip_round(&state);
	number = state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
	return number < EXEC_FIRST_PATH ? number + EXEC_FIRST_PATH : number;
}

#endif
