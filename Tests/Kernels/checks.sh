# Checks exectop on the running kernel, as root, with nothing else running. Prints `ok NAME` or `not ok NAME: ...` for
# each check (no NAME holds a colon), `kernel RELEASE` first and `end` last. tracefs is not mounted when this starts.

ok() { echo "ok $1"; }
not_ok() { echo "not ok $1: $2"; }

# is NAME EXPECTED ACTUAL
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected '$2', found '$3'"; fi
}

# await SECONDS COMMAND...: until it succeeds.
await() {
	awaited=$(($1 * 5))
	shift
	until "$@"; do
		awaited=$((awaited - 1))
		[ "$awaited" -gt 0 ] || return 1
		sleep 0.2
	done
}

# since MAJOR MINOR: the running kernel is as new as that.
since() {
	IFS=.- read -r major minor _ <<-END
		$(uname -r)
	END
	[ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}

records=/tmp/records
errors=/tmp/errors
has_records() { [ "$(wc -l <$records)" -ge "$1" ] || ! kill -0 "$process" 2>/dev/null; }
begin() {
	# Here, for the shell's child does it only after this one goes on.
	: >$records
	exectop --batch --format json --delay 0.3 "$@" >$records 2>$errors &
	process=$!
	await 60 has_records 1
	[ -s $records ]
}
# Ends exectop once a record has come that began after this.
finish() {
	await 60 has_records $(($(wc -l <$records) + 2))
	kill -TERM "$process" 2>/dev/null
	wait "$process"
	is "$1, status and errors" "0 " "$? $(tr '\n' ' ' <$errors)"
}

# row PATH: count, failed and errors in the last record; nothing if it has no such row.
row() {
	tail -n 1 $records | sed 's/{"path":/\n&/g' | grep -F "{\"path\":\"$1\"," |
		sed 's/.*"count":\([0-9]*\).*"failed":\([0-9a-z]*\),"errors":\({[^}]*}\|null\).*/\1 \2 \3/'
}
# field NAME PATH: a figure of the row in the last record, or an object.
field() {
	tail -n 1 $records | sed 's/{"path":/\n&/g' | grep -F "{\"path\":\"$2\"," |
		grep -o "\"$1\":\({[^}]*}\|[0-9a-z.]*\)" | head -n 1 | cut -d: -f2-
}
# near NAME NANOSECONDS SECONDS: they differ by less than 1 in 200.
near() {
	if awk -v expected="$2" -v found="$3" 'BEGIN {
		difference = found * 1e9 - expected
		if (difference < 0) difference = -difference
		exit !(difference <= expected / 200)
	}'; then
		ok "$1"
	else
		not_ok "$1" "expected $2 ns, found $3 s"
	fi
}
# figure NAME: of the totals in the last record.
figure() { tail -n 1 $records | grep -o "\"$1\":[0-9a-z]*" | head -n 1 | cut -d: -f2; }

# work KIND...: makes execs, all as the kind says.
work() {
	ExecWorkload "$@" && return
	work_status=$?
	[ $work_status = 3 ] || not_ok "workload $*" "status $work_status"
	return $work_status
}

program() { cp /bin/ExecWorkload "$1"; }

# An ELF which the kernel accepts, and refuses when it maps it: its only segment lies beyond what a process may have.
refused_late() {
	{
		# The header: x86-64, little-endian, an executable; entry 0x400000, one program header at 64.
		printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000'
		printf '\002\000\076\000\001\000\000\000\000\000\100\000\000\000\000\000'
		printf '\100\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000'
		printf '\000\000\000\000\100\000\070\000\001\000\000\000\000\000\000\000'
		# PT_LOAD, readable and executable, at 0xffff800000000000, 120 bytes in the file and in memory.
		printf '\001\000\000\000\005\000\000\000\000\000\000\000\000\000\000\000'
		printf '\000\000\000\000\000\200\377\377\000\000\000\000\000\200\377\377'
		printf '\170\000\000\000\000\000\000\000\170\000\000\000\000\000\000\000'
		printf '\000\020\000\000\000\000\000\000'
	} >"$1"
	chmod +x "$1"
}

# --- Where it cannot work ---------------------------------------------------------------------------------------------

check_refusal() {
	for option in "" --light --tutorial; do
		# shellcheck disable=SC2086
		exectop --batch -n 1 --delay 0.1 $option >$records 2>$errors
		is "refuses${option:+ $option}, status, lines" "69 1 0" "$? $(wc -l <$errors) $(wc -l <$records)"
		if grep -q 'lacks .*; Linux 5.15 or later is needed$' $errors; then
			ok "refuses${option:+ $option}, says why"
		else
			not_ok "refuses${option:+ $option}, says why" "$(cat $errors)"
		fi
	done
}

# --- Where it can -----------------------------------------------------------------------------------------------------

check_without_tracefs() {
	begin || { not_ok "without tracefs, starts" "$(cat $errors)"; return; }
	work spawn /t/program 20
	work fail /t/missing 20
	finish "without tracefs"
	is "without tracefs, counts" "20 0 {}, 20 20 {\"ENOENT\":20}" "$(row /t/program), $(row /t/missing)"
	is "without tracefs, mounts it for itself alone" 0 "$(grep -c tracefs /proc/mounts)"
}

check_light() {
	begin --light || { not_ok "--light, starts" "$(cat $errors)"; return; }
	work spawn /t/program 20
	work cold /t/cold 20
	work fail /t/missing 20
	finish "--light"
	is "--light, counts" "20 null null, 20 null null, " "$(row /t/program), $(row /t/cold), $(row /t/missing)"
	is "--light, unattributed" "0 0 0 0" \
		"$(figure unreadable) $(figure map_full) $(figure missed) $(figure unaccounted)"
}

check_counts() {
	begin || { not_ok "counts, starts" "$(cat $errors)"; return; }
	work spawn /t/program 40
	work fail /t/missing 40
	work cold /t/cold 30
	work cold-fail /t/cold-missing 30
	work execveat /t/execveat 30
	work execveat-fail /t/execveat-missing 30
	work descriptor /t/program 351 20
	work descriptor-fail 352 20
	work directory /t/directory 353 20
	work memfd 354 20
	work int80 /t/int80 20
	int80=$?
	work thread /t/thread 20
	work bad-pointer 25
	work too-big /t/too-big 20
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		/t/script
		/t/late
		ExecWorkload thread /t/late-thread 1
	done 2>/dev/null
	check_map
	finish counts
	is spawn "40 0 {}" "$(row /t/program)"
	is fail '40 40 {"ENOENT":40}' "$(row /t/missing)"
	is cold "30 0 {}" "$(row /t/cold)"
	is cold-fail '30 30 {"ENOENT":30}' "$(row /t/cold-missing)"
	is execveat "30 0 {}" "$(row /t/execveat)"
	is execveat-fail '30 30 {"ENOENT":30}' "$(row /t/execveat-missing)"
	is fexecve "20 0 {}" "$(row /dev/fd/351)"
	is fexecve-fail '20 20 {"EBADF":20}' "$(row /dev/fd/352)"
	is directory "20 0 {}" "$(row /dev/fd/353/directory)"
	is memfd "20 0 {}" "$(row /dev/fd/354)"
	# 3: the kernel has no 32-bit calls.
	[ $int80 = 3 ] || is int80 "20 0 {}" "$(row /t/int80)"
	is thread "20 0 {}" "$(row /t/thread)"
	is script "10 0 {}" "$(row /t/script)"
	is too-big '20 20 {"E2BIG":20}' "$(row /t/too-big)"
	is bad-pointer 25 "$(figure unreadable)"
	if since 6 10; then
		is refused-late '10 10 {"ENOMEM":10}, 0' "$(row /t/late), $(figure refused_late)"
		is refused-late-thread '10 10 {"ENOMEM":10}' "$(row /t/late-thread)"
	else
		is refused-late ", , 20" "$(row /t/late), $(row /t/late-thread), $(figure refused_late)"
	fi
	if since 6 7; then is missed 0 "$(figure missed)"; else is missed null "$(figure missed)"; fi
	is "map_full, unaccounted" "0 0" "$(figure map_full) $(figure unaccounted)"
}

# What processes cost, against what getrusage(2) says, and how they end.
check_costs() {
	begin || { not_ok "costs, starts" "$(cat $errors)"; return; }
	alone=$(ExecWorkload spend /t/alone 20000 0 20)
	threads=$(ExecWorkload spend /t/threads 10000 3 10)
	for how in 0 7 signal-9 threads-killed leader-first thread-execs; do
		ExecWorkload end /t/ends $how 10 >/dev/null
	done
	finish "costs"
	near "costs, CPU time" "$alone" "$(field cpu /t/alone)"
	near "costs, CPU time of threads" "$threads" "$(field cpu /t/threads)"
	is "costs, endings" '20, 10, {"7":30,"SIGKILL":20,"0":10}' \
		"$(field ended /t/alone), $(field ended /t/threads), $(field exits /t/ends)"
}

# Who runs what, and single execs with their arguments.
check_launches() {
	begin --by launches --arguments || { not_ok "launches, starts" "$(cat $errors)"; return; }
	/t/launcher
	finish "launches"
	launched=$(grep -o '"launch":\[[^]]*"/t/launcher","/t/launched"\],"path":"/t/launched","count":[0-9]*' $records |
		tail -n 1 | sed 's/.*://')
	is "launches, counts" 5 "$launched"
	is "launches, arguments" 5 "$(grep -o '"arguments":\["/t/launched","exit","two words"\]' $records | wc -l)"
	is "launches, ends" 5 "$(grep -o '"event":"ended","exit":"0"' $records | wc -l | sed 's/^[5-9]$\|^[1-9][0-9]*$/5/')"
}

# One command alone, with its status.
check_run() {
	ExecWorkload spawn /t/others 300 &
	exectop run -- /bin/sh -c '/t/launcher; exit 7' 2>/tmp/account
	is "run, status" 7 $?
	wait $!
	is "run, counts" 1 "$(grep -c '^execs 7  failed 0' /tmp/account)"
}

# What bpftool shows while exectop runs.
check_map() {
	bpftool map dump name exec_count >/tmp/map 2>&1
	if grep -A 2 '"path": "/t/program"' /tmp/map | grep -q '"value": 40'; then
		ok "bpftool map dump"
	else
		not_ok "bpftool map dump" "$(grep -A 2 /t/program /tmp/map | tr '\n' ' ')"
	fi
}

check_tutorial() {
	begin --tutorial || { not_ok "--tutorial, starts" "$(cat $errors)"; return; }
	work spawn /t/program 20
	work fail /t/missing 20
	work cold /t/cold 20
	finish "--tutorial"
	# What it misses is on a page that is not in memory.
	is "--tutorial, counts" "20 null null, 20 null null, " "$(row /t/program), $(row /t/missing), $(row /t/cold)"
}

lines() { grep -c "execve: $1\$" /tmp/trace; }
has_lines() { [ "$(lines "$1")" -ge "$2" ]; }
traces() {
	ExecWorkload fail /t/begins 1
	has_lines /t/begins 1
}
check_trace() {
	: >/tmp/trace
	exectop --batch --trace --delay 0.2 >/tmp/trace 2>$errors &
	process=$!
	await 60 traces || { not_ok "--trace, starts" "$(cat $errors)"; return; }
	work spawn /t/program 20
	work execveat /t/execveat 10
	await 20 has_lines /t/execveat 10
	kill -TERM "$process"
	wait "$process"
	is "--trace, status and errors" "0 " "$? $(cat $errors)"
	is "--trace, lines" "20 10" "$(lines /t/program) $(lines /t/execveat)"
	is "--trace, leaves no instance" "" "$(ls /sys/kernel/tracing/instances)"
}

# The screen goes to the second serial port, whose other end run.sh looks at.
check_dashboard() {
	stty -F /dev/ttyS1 rows 24 cols 80 2>/dev/null
	TERM=vt100 LC_ALL=C.UTF-8 exectop --delay 0.5 -n 20 <>/dev/ttyS1 >&0 2>$errors &
	process=$!
	await 60 bpftool prog show name handle_execve_tp >/dev/null 2>&1
	# No letter of it stands in the row of another path: only what changes is painted.
	(cd /t && work spawn ON-SCREEN 20)
	wait "$process"
	is "dashboard, status and errors" "0 " "$? $(cat $errors)"
}

echo "kernel $(uname -r)"
for name in program cold execveat directory int80 thread too-big ON-SCREEN alone threads ends launched others; do program /t/$name; done
refused_late /t/late
refused_late /t/late-thread
printf '#!/bin/sh\n' >/t/script
printf '#!/bin/sh\nfor i in 1 2 3 4 5; do /t/launched exit "two words"; done\n' >/t/launcher
chmod +x /t/script /t/launcher

if since 5 15; then
	check_without_tracefs
	mount -t tracefs tracefs /sys/kernel/tracing
	check_light
	check_counts
	check_costs
	check_launches
	check_run
	check_tutorial
	check_trace
	check_dashboard
else
	check_refusal
fi
echo end
