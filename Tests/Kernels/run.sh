#!/usr/bin/env bash
# Boots other kernels in qemu, without KVM, and checks exectop on each: some minutes in all. Not part of `swift test`.
# Needs no root, only a build of exectop and ExecWorkload: `swift build --build-tests`.
#
#   Tests/Kernels/run.sh [RELEASE|KERNEL…]     Debian releases, or files of kernels; by default bullseye (5.10, which
#                                              exectop refuses), bookworm (6.1), trixie (6.12) and sid (the newest)
#
# EXECTOP_KERNELS_CACHE    where kernels are kept between runs; delete it to get newer ones (~/.cache/exectop-kernels)
# EXECTOP_KERNELS_MIRROR   the Debian mirror (the one of this machine's apt)
# EXECTOP_KERNELS_BUILD    the folder with exectop and ExecWorkload (.build/debug)
# EXECTOP_KERNELS_TIMEOUT  seconds that a kernel may take (300)
set -euo pipefail
cd "$(dirname "$0")/../.."
cache=${EXECTOP_KERNELS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exectop-kernels}
build=${EXECTOP_KERNELS_BUILD:-.build/debug}
[ $# -gt 0 ] || set -- bullseye bookworm trixie sid

[ "$(uname -m)" = x86_64 ] || { echo "the checks are for x86-64" >&2; exit 1; }
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need cpio cpio
need bpftool bpftool
need infocmp ncurses-bin
[ ${#missing[@]} = 0 ] || { echo "missing: apt-get install ${missing[*]}" >&2; exit 1; }
if ldd "$(command -v busybox)" >/dev/null 2>&1; then
	echo "busybox is not static: apt-get install busybox-static" >&2
	exit 1
fi
for program in exectop ExecWorkload; do
	[ -x "$build/$program" ] || { echo "$build/$program is missing: swift build --build-tests" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Tests/Kernels/initramfs.sh "$build" "$work/initramfs"

# boot KERNEL NAME: leaves the lines of the checks in NAME.results.
boot() {
	local console=$work/$2.console screen=$work/$2.screen results=$work/$2.results ended=0
	: >"$screen"
	timeout "${EXECTOP_KERNELS_TIMEOUT:-300}" qemu-system-x86_64 -machine q35,accel=tcg -cpu max -smp 2 -m 1500 \
		-display none -monitor none -nic none -no-reboot -serial stdio -serial "file:$screen" \
		-kernel "$1" -initrd "$work/initramfs" -append "console=ttyS0 quiet panic=-1" \
		</dev/null >"$console" 2>&1 || ended=$?
	tr -d '\r' <"$console" | grep -aE '^(kernel|ok|not ok|end)( |$)' >"$results" || true
	if ! grep -q '^end$' "$results"; then
		# 124: the time was up.
		echo "not ok runs to the end: status $ended; the console's last lines:" \
			"$(tail -n 20 "$console" | tr -d '\r' | tr '\n' '|')" >>"$results"
	fi
	if grep -q '^ok dashboard' "$results"; then
		if grep -aq ON-SCREEN "$screen" && grep -aqE 'unattributed 0 +(ok|every exec accounted for)' "$screen"; then
			echo "ok dashboard, screen" >>"$results"
		else
			echo "not ok dashboard, screen: it lacks ON-SCREEN or the audit" >>"$results"
		fi
	fi
}

# The checks as rows, the kernels as columns, and below them what failed.
table() {
	awk -v kernels="$*" '
		FNR == 1 { column++; release[column] = "?" }
		$1 == "kernel" { release[column] = $2; sub(/-.*|\+.*/, "", release[column]) }
		/^(not )?ok / {
			name = $0
			mark = sub(/^not ok /, "", name) ? "FAIL" : "ok"
			sub(/^ok /, "", name)
			if (mark == "FAIL") {
				reasons = reasons release[column] ": " name "\n"
				sub(/: .*/, "", name)
			}
			if (!(name in seen)) { seen[name] = 1; names[++count] = name }
			marks[name, column] = mark
		}
		END {
			printf "%-45s", ""
			for (c = 1; c <= column; c++) printf " %9s", release[c]
			print ""
			for (n = 1; n <= count; n++) {
				printf "%-45s", names[n]
				for (c = 1; c <= column; c++) printf " %9s", (names[n], c) in marks ? marks[names[n], c] : "-"
				print ""
			}
			if (reasons) printf "\n%s", reasons
			exit reasons != ""
		}' "$@"
}

files=()
for wanted; do
	if [ -f "$wanted" ]; then
		kernel=$wanted name=$(basename "$wanted")
	else
		kernel=$(Tests/Kernels/kernel.sh "$wanted" "$cache") name=$wanted
	fi
	echo "$name: $(basename "$kernel")" >&2
	boot "$kernel" "$name"
	files+=("$work/$name.results")
done
table "${files[@]}"
