# Usage: embed.sh CLANG SOURCE OUTPUT.swift CONSTANT
# Compiles SOURCE for BPF and writes the object as a constant of Swift.
set -eu
clang=$1 source=$2 output=$3 constant=$4
object=$output.o

case $(uname -m) in
x86_64) arch=x86 ;;
aarch64) arch=arm64 ;;
*) echo "embed.sh: no BPF program for $(uname -m) yet: see pt_regs in $source" >&2; exit 1 ;;
esac
# Debian and Ubuntu keep asm/types.h, which linux/bpf.h needs, in a folder that only a native compiler searches.
include=/usr/include/$(uname -m)-linux-gnu

# -mcpu=v3: atomic operations that return the old value (Linux 5.12). -g: the maps' BTF.
"$clang" -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -D__TARGET_ARCH_$arch -I"$include" \
	-ffile-prefix-map="$(dirname "$source")"=bpf -c "$source" -o "$object"
# BTF stays, the six times larger DWARF goes.
strip=$(dirname "$clang")/llvm-objcopy
[ -x "$strip" ] || strip=$(command -v llvm-objcopy llvm-objcopy-14 | head -n 1) || true
[ -z "$strip" ] || "$strip" --strip-debug "$object"

# A string, not an array of numbers: the compiler takes minutes for an array of so many.
{
	echo "/// The object file of bpf/$(basename "$source"), two hexadecimal digits a byte."
	printf 'let %s: StaticString = "' "$constant"
	od -An -v -tx1 "$object" | tr -d ' \n'
	echo '"'
} >"$output"
