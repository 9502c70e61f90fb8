#!/usr/bin/env bash
# Makes the pictures of this folder: exectop itself, in an xterm, under a workload of this script's own. As root, on Debian
# or Ubuntu with: xvfb xterm tmux imagemagick fonts-dejavu-core clang procps openssh-server
#
#   screenshots/make.sh [EXECTOP]      by default .build/release/exectop
set -euo pipefail
cd "$(dirname "$0")/.."
exectop=$(realpath "${1:-.build/release/exectop}")
pictures=$PWD/screenshots
work=$(mktemp -d)
site=/tmp/site
export XDG_CONFIG_HOME=$work

processes=()
finish() {
	tmux -S "$work/tmux" kill-server 2>/dev/null || true
	for process in "${processes[@]}"; do
		kill "$process" 2>/dev/null || true
		wait "$process" 2>/dev/null || true
	done
	rm -rf "$work" "$site"
}
trap finish EXIT
[ ! -e "$site" ] || { echo "$site is in the way" >&2; exit 1; }

# Programs of our own, that do nothing, and some that run what they are told.
mkdir -p $site/{bin,sbin,etc,lib/llvm/bin,libexec,hooks,"bücher/通知"}
for program in bin/{sed,grep,git,rm,gzip,python3,convert} lib/llvm/bin/{clang-cc1,ld.lld} libexec/check_disk \
	hooks/thumbnail "bücher/通知/senden"; do
	cp /bin/true "$site/$program"
done
for program in bin/{make,sh} sbin/{cron,httpd} lib/llvm/bin/clang; do
	cp "$(command -v dash)" "$site/$program"
done
printf '%s\n' "#!$site/bin/sh" "$site/bin/grep" "$site/bin/gzip" "$site/bin/rm" >$site/etc/backup.sh
chmod 755 $site/etc/backup.sh
compile() { $site/bin/make -c "$site/bin/sh -c '$site/lib/llvm/bin/clang -c $site/lib/llvm/bin/clang-cc1\;:;:';:"; }
link() { $site/bin/make -c "$site/lib/llvm/bin/clang -c '$site/lib/llvm/bin/ld.lld;:';:"; }
backup() { $site/sbin/cron -c "$site/bin/sh -c '$site/etc/backup.sh;:';:"; }
page() { $site/sbin/httpd -c "$site/hooks/thumbnail;$site/bin/convert;:"; }
cp /dev/null $site/libexec/check_tls
chmod 755 $site/libexec/check_tls
evil=$site/$'hooks/.x\e[31m\u202ename'

run() { for _ in $(seq "$1"); do ("$2") 2>/dev/null || true; done; }
workload() {
	local tick=0
	while :; do
		tick=$((tick + 1))
		run $((tick % 24 < 14 ? 6 : 0)) compile
		run $((tick % 24 == 14 ? 3 : 0)) link
		run $((tick % 12 < 6 ? tick % 12 : 12 - tick % 12)) backup
		run $((tick % 7)) $site/bin/sed
		run $((tick % 5)) $site/bin/grep
		run $((tick % 3 == 0 ? 1 : 0)) $site/bin/git
		run 1 $site/sbin/python3
		run 1 $site/bin/python3
		run $((tick % 8 == 0 ? 1 : 0)) page
		run $((tick % 20 == 0 ? 1 : 0)) $site/libexec/check_disk
		run $((tick % 20 == 0 ? 1 : 0)) $site/libexec/check_tls
		run $((tick % 30 == 0 ? 1 : 0)) "$site/bücher/通知/senden"
		run $((tick % 40 == 0 ? 1 : 0)) "$evil"
		sleep 0.4
	done
}
workload &
processes+=($!)

for number in $(seq 90 120); do
	[ -e "/tmp/.X11-unix/X$number" ] || break
done
Xvfb ":$number" -screen 0 1400x900x24 >/dev/null 2>&1 &
processes+=($!)
export DISPLAY=:$number
until [ -e "/tmp/.X11-unix/X$number" ]; do sleep 0.1; done

tmux() { command tmux -S "$work/tmux" -f "$work/tmux.conf" "$@"; }
export LC_ALL=C.UTF-8
printf '%s\n' 'set -g status off' 'set -g default-terminal tmux-256color' >"$work/tmux.conf"
tmux new-session -d -x 118 -y 30 "$exectop -f $site/"
# Long enough for a minute's trend.
sleep "${WARM_UP:-65}"

# shoot NAME FOREGROUND BACKGROUND GEOMETRY COMMAND...: what the command shows in a window of its own.
shoot() {
	local name=$1 foreground=$2 background=$3 geometry=$4
	shift 4
	xterm -tn xterm-256color -name "shot-$name" -geometry "$geometry" -fa "DejaVu Sans Mono" -fs 10 -fg "$foreground" \
		-bg "$background" -b 8 +sb -e "$@" >/dev/null 2>&1 &
	local terminal=$!
	processes+=("$terminal")
	sleep "${LOOK:-2.5}"
	import -window root -trim +repage "$pictures/$name.png"
	kill "$terminal"
	wait "$terminal" 2>/dev/null || true
}

# picture NAME FOREGROUND BACKGROUND: what the session of tmux shows.
picture() { shoot "$1" "$2" "$3" 118x30 tmux -S "$work/tmux" attach; }

picture dashboard "#d8dee9" "#101418"
picture dashboard-light "#24292f" "#ffffff"
tmux send-keys c g Enter
picture details "#d8dee9" "#101418"
tmux send-keys Escape
sleep 0.5
tmux send-keys d g
sleep 0.5
tmux send-keys Right Down Right Down
picture directories "#d8dee9" "#101418"
tmux send-keys d v
sleep 0.5
# The last rows: the first ones are what this machine began with.
tmux send-keys End
picture launches "#d8dee9" "#101418"
tmux send-keys v v v t
picture trace "#d8dee9" "#101418"
tmux send-keys t '?'
picture help "#d8dee9" "#101418"
tmux send-keys '?' q

# What is too short for top: exectop and top side by side.
clang -O2 -o $site/bin/encode screenshots/busy.c
$site/bin/encode $site/bin/encode &
processes+=($!)
sleep 1
tmux new-session -d -x 150 -y 24 "$exectop -s cpu -f $site/"
tmux split-window -h -l 66 "top -d 1 -w 66"
LOOK=6 shoot cpu-beside-top "#d8dee9" "#101418" 150x24 tmux -S "$work/tmux" attach
tmux kill-server

# On another machine, by ssh, on 80 columns and 24 rows.
ssh-keygen -q -t ed25519 -N "" -f "$work/host"
ssh-keygen -q -t ed25519 -N "" -f "$work/user"
mkdir -p /run/sshd
port=2200
while ss -Hltn "sport = :$port" | grep -q .; do port=$((port + 1)); done
"$(command -v sshd || echo /usr/sbin/sshd)" -D -p "$port" -h "$work/host" -o ListenAddress=127.0.0.1 -o PidFile=none \
	-o PermitRootLogin=yes -o StrictModes=no -o UsePAM=no -o "AuthorizedKeysFile=$work/user.pub" -f /dev/null &
processes+=($!)
sleep 1
LOOK=12 shoot ssh "#d8dee9" "#101418" 80x24 ssh -q -tt -p "$port" -i "$work/user" -o StrictHostKeyChecking=no \
	-o UserKnownHostsFile=/dev/null "$(id -un)@127.0.0.1" "LC_ALL=C.UTF-8 XDG_CONFIG_HOME=$work $exectop -f $site/"
