/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of paths and launches: see exec_count.h. PathHash.swift is the other half. */
#ifndef PATH_NUMBER_BPF_H
#define PATH_NUMBER_BPF_H

#include "kernel.bpf.h"

/* Who includes this has a constant `config` with the seed. */

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

static __always_inline struct sip_state sip_begin(void)
{
	/* Through the volatile variable: the compiler would take its initial value for the last one. */
	__u64 seed[2] = {config.seed[0], config.seed[1]};
	/* The constants are those of SipHash. */
	struct sip_state state = {
		seed[0] ^ 0x736f6d6570736575ULL,
		seed[1] ^ 0x646f72616e646f6dULL,
		seed[0] ^ 0x6c7967656e657261ULL,
		seed[1] ^ 0x7465646279746573ULL,
	};

	return state;
}

static __always_inline void sip_take(struct sip_state *state, __u64 word)
{
	state->v3 ^= word;
	sip_round(state);
	state->v0 ^= word;
}

static __always_inline __u64 sip_end(struct sip_state *state)
{
	__u64 number;

	state->v2 ^= 0xff;
	/* Unrolled it would be more code to fetch, which costs more than the loop. */
#pragma clang loop unroll(disable)
	for (int i = 0; i < 3; i++)
		sip_round(state);
	number = state->v0 ^ state->v1 ^ state->v2 ^ state->v3;
	return number < EXEC_FIRST_PATH ? number + EXEC_FIRST_PATH : number;
}

/*
 * The key's words up to the first that ends in a NUL: no path's are the beginning of another's.
 *
 * A function that is not static is verified once, and not again at each call: the programs load in a fraction of the time.
 * Its pointers can be anything to the verifier, so they must be compared with NULL. As few of them as can be: where the
 * processor is kept from guessing where a function returns to, each call costs some 20 ns.
 */
__attribute__((noinline)) __u64 path_number(const struct path_key *path)
{
	const __u64 *words = (const __u64 *)path;
	struct sip_state state = sip_begin();

	if (!path)
		return 0;
	for (int i = 0; i < EXEC_PATH_SIZE / 8; i++) {
		__u64 word = words[i];

		sip_take(&state, word);
		if (!(word >> 56))
			break;
	}
	return sip_end(&state);
}

/* Takes a word into a number. No two words give the same of one number, nor two numbers of one word. */
static __always_inline __u64 mixed(__u64 number, __u64 word)
{
	/* The factor is odd, so no two products are the same. A bit of a product depends on the bits below it alone. */
	number = (number ^ word) * 0x9e3779b97f4a7c15ULL;
	/* So the upper half, of which each bit depends on many, goes into the lower one. */
	return number ^ number >> 32;
}

/*
 * The number of what a launcher runs, as a user and in a control group.
 *
 * The launcher's and the owner's numbers are secret and evenly spread. So this need not be SipHash, which costs more
 * code and time: nobody knows what the ids of a user and of a group are mixed with.
 */
static __always_inline __u64 launch_number(__u64 launcher, __u64 owner, __u64 group, __u64 user)
{
	__u64 number = mixed(config.seed[0], launcher);

	number = mixed(number, owner);
	number = mixed(number ^ config.seed[1], group);
	number = mixed(number, user);
	number = mixed(number, config.seed[1]);
	return number < EXEC_FIRST_PATH ? number + EXEC_FIRST_PATH : number;
}

/*
 * A hash of the path's last component. Never 0.
 *
 * length: of the path, with its NUL.
 */
__attribute__((noinline)) __u32 name_hash(const struct path_key *path, __u32 length)
{
	__u32 hash = 0x811c9dc5;

	if (!path)
		return 0;
	/* From the last byte back to the slash: names are shorter than paths. The constants are those of FNV-1a. */
	for (__u32 back = 2; back <= EXEC_PATH_SIZE && back <= length; back++) {
		__u32 byte = (__u8)path->path[(length - back) % EXEC_PATH_SIZE];

		if (byte == '/')
			break;
		hash = (hash ^ byte) * 0x01000193;
	}
	return hash | 1;
}

#endif
