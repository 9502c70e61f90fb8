#!/usr/bin/env bash
# What a fleet costs: the metrics of many machines, from one generator, scraped by a Prometheus on this machine with the
# rules that exectop prints. It says how many series that is, and what they cost Prometheus.
# After `swift build --product exectop`; it needs python3, curl, and Prometheus as README's test command unpacks it:
#
#   Tests/fleet.sh [EXECTOP] [MACHINES] [PATHS] [SECONDS]      by default .build/debug/exectop, 1000, 200 and 180
set -euo pipefail
cd "$(dirname "$0")/.."
exectop=${1:-.build/debug/exectop}
machines=${2:-1000}
paths=${3:-200}
seconds=${4:-180}
prometheus=.build/tools/usr/bin/prometheus
[ -x "$prometheus" ] || prometheus=$(command -v prometheus)
work=$(mktemp -d)
processes=()
finish() {
	[ ${#processes[@]} -eq 0 ] || kill "${processes[@]}" 2>/dev/null || true
	wait
	rm -rf "$work"
}
trap finish EXIT

# One page of the real program.
"$exectop" export --demo --listen 127.0.0.1:0 2>"$work/served" &
page=$!
processes+=("$page")
until grep -q serving "$work/served"; do sleep 0.1; done
sleep 10
address=$(grep -o 'http://[^ ]*' "$work/served")
curl -sS -H 'Accept: application/openmetrics-text' "$address" >"$work/page"
kill "$page"

python3 Tests/fleet.py "$work/page" "$machines" "$paths" >"$work/port" &
processes+=($!)
until [ -s "$work/port" ]; do sleep 0.1; done
port=$(cat "$work/port")

{
	printf -- '- labels: {}\n  targets: []\n'
	for ((machine = 0; machine < machines; machine++)); do
		printf -- '- {targets: ["127.0.0.1:%s"], labels: {__metrics_path__: /machine/%s, instance: machine-%s}}\n' \
			"$port" "$machine" "$machine"
	done
} >"$work/machines.yml"
"$exectop" export --print rules >"$work/exectop.rules.yml"
cat >"$work/prometheus.yml" <<-END
	global: {scrape_interval: 15s, evaluation_interval: 15s}
	rule_files: [exectop.rules.yml]
	scrape_configs:
	  - job_name: exectop
	    file_sd_configs: [{files: [machines.yml]}]
END
listen=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address="$listen" \
	--log.level=error &
server=$!
processes+=("$server")
until curl -sf "http://$listen/-/ready" >/dev/null; do sleep 0.5; done

sleep "$seconds"
ask() { curl -sS --data-urlencode "query=$1" "http://$listen/api/v1/query" | grep -o '"[0-9.e+]*"\]' | tr -d '"]' | head -n 1; }
own() { curl -sS "http://$listen/metrics" | awk -v name="$1" '$1 == name { printf "%.0f\n", $2 }'; }
memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
cpu=$(own process_cpu_seconds_total)
echo "machines up: $(ask 'count(up == 1)'), slowest scrape $(ask 'max(scrape_duration_seconds)') s"
echo "samples of a machine: $(ask 'max(scrape_samples_scraped)'), bytes: $(curl -sS "http://127.0.0.1:$port/machine/0" | wc -c)"
echo "series: $(own prometheus_tsdb_head_series)"
echo "memory of Prometheus: $((memory / 1024)) MiB"
echo "CPU of Prometheus: $cpu s in $seconds s"
echo "disk: $(du -sm "$work/data" | cut -f1) MiB"
echo "evaluation of all rules: $(curl -sS "http://$listen/metrics" | awk '/^prometheus_rule_group_last_duration_seconds/ { print $2 }') s"
