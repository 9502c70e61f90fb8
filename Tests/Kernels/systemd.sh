#!/usr/bin/env bash
# Boots Debian 12 with its kernel and its systemd in qemu, without KVM, starts the service that `exectop export --print
# systemd` prints, and checks that it serves metrics, what it logs and how `systemd-analyze security` scores it: some
# minutes. Needs root, for debootstrap, and a release build of exectop. Not part of `swift test`.
#
#   Tests/Kernels/systemd.sh [EXECTOP]      by default .build/release/exectop
#
# EXECTOP_KERNELS_CACHE    where the kernel and Debian's files are kept between runs (~/.cache/exectop-kernels)
# EXECTOP_KERNELS_MIRROR   the Debian mirror (the one of this machine's apt)
# EXECTOP_KERNELS_OPTIONS  more options of the kernel
set -euo pipefail
cd "$(dirname "$0")/../.."
exectop=${1:-.build/release/exectop}
cache=${EXECTOP_KERNELS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exectop-kernels}
for program in qemu-system-x86_64 debootstrap busybox cpio; do
	command -v "$program" >/dev/null || { echo "missing: $program" >&2; exit 1; }
done
kernel=$(Tests/Kernels/kernel.sh bookworm "$cache")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -e "$cache/systemd.tar" ]; then
	uri=${EXECTOP_KERNELS_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' | awk '$1 == "Debian" && $2 == "main" && !found { print $3; found = 1 }')}
	debootstrap --variant=minbase \
		--include=systemd,systemd-sysv,libbpf1,libsqlite3-0,libncursesw6,libpcre2-8-0,libstdc++6,curl \
		bookworm "$work/debian" "$uri" >&2
	rm -rf "$work"/debian/{usr/share/{doc,man,locale},var/{cache/apt,lib/apt/lists}}
	tar -C "$work/debian" -cf "$cache/systemd.tar.new" .
	mv "$cache/systemd.tar.new" "$cache/systemd.tar"
fi

# What is added to it: the program, and a unit that looks at the program's own and switches off.
added=$work/added/etc/systemd/system
mkdir -p "$work/added/usr/local/bin" "$added/multi-user.target.wants"
install -s "$exectop" "$work/added/usr/local/bin/exectop"
cat >"$added/check.service" <<'END'
[Unit]
After=exectop-export.service
[Service]
Type=oneshot
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
ExecStart=/usr/local/bin/check
ExecStopPost=/bin/systemctl poweroff --force
END
cat >"$work/added/usr/local/bin/check" <<'END'
#!/bin/sh
for attempt in $(seq 60); do
	curl -s -m 5 -o /tmp/metrics http://127.0.0.1:9464/metrics && break
	sleep 1
done
for count in 1 2 3 4 5 6 7; do /bin/true; done
sleep 2
curl -s -m 5 -o /tmp/metrics http://127.0.0.1:9464/metrics
echo "state $(systemctl show -P ActiveState exectop-export), restarts $(systemctl show -P NRestarts exectop-export)"
grep -E 'execs_total.path="(/usr)?/bin/true"|^exectop_(lost|build|paths )|unit="exectop|no_path' /tmp/metrics
journalctl -b --no-pager -o cat -u exectop-export
systemd-analyze security --no-pager exectop-export | tail -n 40
echo end
END
chmod +x "$work/added/usr/local/bin/check"
ln -s ../exectop-export.service ../check.service "$added/multi-user.target.wants/"
ln -sf /dev/null "$added/getty@.service"
ln -sf /dev/null "$added/serial-getty@.service"

# systemd wants a root that can be moved, which an initramfs is not.
mkdir -p "$work/initramfs"/{bin,dev,proc,sys,root}
cp "$(command -v busybox)" "$work/initramfs/bin/busybox"
cp "$cache/systemd.tar" "$work/initramfs/debian.tar"
tar -C "$work/added" -cf "$work/initramfs/added.tar" .
cat >"$work/initramfs/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t tmpfs -o size=80% tmpfs /root
for archive in /debian.tar /added.tar; do tar -C /root -xf $archive; rm $archive; done
mount -t devtmpfs devtmpfs /root/dev
mount -t proc proc /root/proc
chroot /root /usr/local/bin/exectop export --print systemd >/root/etc/systemd/system/exectop-export.service
exec switch_root /root /sbin/init
END
chmod +x "$work/initramfs/init"
(cd "$work/initramfs" && find . | cpio -o -H newc --quiet) >"$work/image"
timeout 600 qemu-system-x86_64 -machine q35,accel=tcg -cpu max -smp 2 -m 3000 -display none -monitor none -nic none \
	-no-reboot -serial stdio -kernel "$kernel" -initrd "$work/image" \
	-append "console=ttyS0 quiet panic=-1 systemd.show_status=0 ${EXECTOP_KERNELS_OPTIONS:-}" </dev/null | tr -d '\r' | tee "$work/console"
grep -q '^state active, restarts 0$' "$work/console"
grep -qE '^exectop_execs_total\{path="(/usr)?/bin/true"\} 7' "$work/console"
