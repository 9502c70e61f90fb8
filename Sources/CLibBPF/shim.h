/* No functions of our own: Swift calls libbpf as it is. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
