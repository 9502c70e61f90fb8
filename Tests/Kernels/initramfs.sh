#!/usr/bin/env bash
# Makes the initramfs that a kernel boots into: exectop, ExecWorkload and bpftool with their libraries, busybox, and the
# checks.
#
#   initramfs.sh BUILD OUTPUT      BUILD holds exectop and ExecWorkload
set -euo pipefail
build=$1 output=$2
here=$(dirname "$0")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/{bin,dev,proc,sys,tmp,t,usr/lib/locale,lib/terminfo/v}
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$build/exectop" "$build/ExecWorkload" "$(command -v bpftool)" "$root/bin/"
# Where the program says: as a path of its own, or of the loader's search.
for library in $(ldd "$root/bin/exectop" "$root/bin/ExecWorkload" "$root/bin/bpftool" | grep -o '/[^ ]*\.so[^ ]*' | sort -u); do
	mkdir -p "$root$(dirname "$library")"
	cp -L "$library" "$root$library"
done
cp "$(infocmp -D | while read -r folder; do ls "$folder/v/vt100" 2>/dev/null || true; done | head -n 1)" \
	"$root/lib/terminfo/v/"
cp -r /usr/lib/locale/C.* "$root/usr/lib/locale/"
cp "$here/init.sh" "$root/init"
cp "$here/checks.sh" "$root/checks.sh"
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) >"$output"
