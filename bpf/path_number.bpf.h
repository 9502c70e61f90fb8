/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of paths and launches: see exec_count.h. PathHash.swift is the other half. */
#ifndef PATH_NUMBER_BPF_H
#define PATH_NUMBER_BPF_H

#include "exec_count.h"
#include "kernel.bpf.h"

/* Numbers below the first path's have uses of their own. */
static __always_inline __u64 unreserved(__u64 number)
{
	return number < EXEC_FIRST_PATH ? number + EXEC_FIRST_PATH : number;
}

/* Set before loading. Alone in a section, so at its beginning. */
const volatile struct exec_hash_key hash_key SEC(".rodata.key") = {};

/*
 * The upper halves of two sums, of products of the path's 32-bit words and secret words: multilinear hashing. Of the keys
 * that there are, one in 2 to the power of 32 gives two paths the same upper half of one sum (Lemire, Kaser: "Strongly
 * universal string hashing is fast"), and each sum has a key of its own. NULs behind a path add nothing.
 *
 * A function that is not static is verified once, and not again at each call: the programs load in a fraction of the time.
 * Its pointers can be anything to the verifier, so they must be compared with NULL. As few of them as can be: where the
 * processor is kept from guessing where a function returns to, each call costs some 20 ns.
 */
__attribute__((noinline)) __u64 path_number(const struct path_key *path)
{
	const __u64 *words = (const __u64 *)path;
	__u64 first = hash_key.first, second = hash_key.second;

	if (!path)
		return 0;
	for (int i = 0; i < EXEC_PATH_SIZE / 8; i++) {
		__u64 word = words[i], low = (__u32)word, high = word >> 32;

		first += low * hash_key.words[i].first[0] + high * hash_key.words[i].first[1];
		second += low * hash_key.words[i].second[0] + high * hash_key.words[i].second[1];
		/* It ends in a NUL: the next ones are nothing else. */
		if (!(word >> 56))
			break;
	}
	return unreserved(first >> 32 << 32 | second >> 32);
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
 * The launcher's and the owner's numbers are secret and evenly spread: nobody knows what the ids of a user and of a group
 * are mixed with.
 */
static __always_inline __u64 launch_number(__u64 launcher, __u64 owner, __u64 group, __u64 user)
{
	__u64 number = mixed(hash_key.first, launcher);

	number = mixed(number, owner);
	number = mixed(number ^ hash_key.second, group);
	number = mixed(number, user);
	number = mixed(number, hash_key.second);
	return unreserved(number);
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
