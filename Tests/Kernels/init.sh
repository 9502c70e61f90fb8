#!/bin/busybox sh
# The first process of the kernel under test: runs the checks on the console and switches off.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
# Errors of the kernel alone, such as a CPU that stalls.
dmesg -n 4
sh /checks.sh
poweroff -f
