# Usage: compile.sh OUTPUT
# Compiles the tutorial's program for BPF.
set -eu
exec clang -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -I"/usr/include/$(uname -m)-linux-gnu" \
	-c "$(dirname "$0")/tutorial.bpf.c" -o "$1"
