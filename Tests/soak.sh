#!/usr/bin/env bash
# A soak: a mixed load at full speed for some minutes, as many execs as a busy machine makes in four hours (100 a second),
# under exectop in batch mode. Ends with 0 if every exec has its row or its reason and the memory stayed flat.
# As root, after `swift build --build-tests`:
#
#   Tests/soak.sh [EXECTOP] [EXECS]      by default .build/debug/exectop and 1440000
set -euo pipefail
cd "$(dirname "$0")/.."
exectop=${1:-.build/debug/exectop}
wanted=${2:-1440000}
make=$PWD/.build/debug/ExecWorkload
work=$(mktemp -d)
process=
finish() {
	[ -z "$process" ] || kill "$process" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

cp "$make" "$work/program"
"$exectop" --batch --format json --delay 0.5 --rows 0 >"$work/records" &
process=$!
until [ -s "$work/records" ]; do sleep 0.1; done

# figure NAME: the last record's.
figure() { tail -n 1 "$work/records" | grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d: -f2; }
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$process/status"; }

began=$SECONDS
round=0
: >"$work/memory"
while [ "$(figure execs)" -lt "$wanted" ]; do
	round=$((round + 1))
	"$make" spawn "$work/program" 300 &
	"$make" fail "$work/missing" 4000 &
	wait %?spawn %?fail
	"$make" cold "$work/program" 30
	"$make" cold-fail "$work/missing" 30
	"$make" execveat "$work/program" 30
	"$make" bad-pointer 30
	# Names that never come again: builds and temporary files.
	"$make" distinct "$work/once-$round-" 6000 20000
	memory >>"$work/memory"
done
sleep 2
execs=$(figure execs) lost=$(figure map_full) missed=$(figure missed) unreadable=$(figure unreadable)
kill "$process"
wait "$process"
process=

# The first half fills the table of paths; after that nothing may grow.
count=$(wc -l <"$work/memory")
half=$(sed -n "$((count / 2))p" "$work/memory")
end=$(tail -n 1 "$work/memory")
echo "$execs execs in $((SECONDS - began)) s, $((round * 6000)) paths that came once"
echo "unattributed: unreadable $unreadable (made: $((round * 30))), map_full $lost, missed $missed"
echo "resident memory: $half KiB at half time, $end KiB at the end"
[ "$lost" = 0 ] && [ "$missed" = 0 ] && [ "$unreadable" -ge $((round * 30)) ] || { echo "FAILED: lost"; exit 1; }
[ "$end" -le $((half + half / 10)) ] || { echo "FAILED: memory grew"; exit 1; }
