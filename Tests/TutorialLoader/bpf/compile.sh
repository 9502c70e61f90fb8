# Usage: compile.sh OUTPUT [SOURCE]
# Compiles a program for BPF: the tutorial's, unless another is named.
set -eu
exec clang -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -I"/usr/include/$(uname -m)-linux-gnu" \
	-c "${2:-$(dirname "$0")/tutorial.bpf.c}" -o "$1"
