# The part of scripts/bench that sends at a steady rate; sourced by it. Uses its $agent, $work, $rid and functions.
# shellcheck shell=bash disable=SC2154

# device_bytes: bytes written to the block device under $work; nothing when there is none.
device_bytes() {
  local device
  device=$(df --output=source "$work" | tail -n 1)
  device=$(basename -- "$(readlink -f -- "$device")")
  awk '{ printf "%.0f", $7 * 512 }' "/sys/class/block/$device/stat" 2>/dev/null || true
}

# paced AGENT RATE QOS v5|v3.1.1 IN_FLIGHT: sets $paced: readings a second, processor [%], commits a second, bytes a reading at the device
# and as the process counts them, p50 and p99 from message to acknowledgement [ms], resident [kB].
paced() {
  local agent=$1 rate=$2 qos=$3 version=$4 most=$5 length=$((seconds + 6)) pid from to
  port=$((port + 1))
  rm -f -- "$work/control"
  mkfifo "$work/control"
  taskset -c 1 "$bench" paced-send "$port" "$qos" "$rate" "$length" "$most" "$version" <"$work/control" >"$work/send.log" 2>&1 &
  sender=$!
  children+=("$sender")
  exec 7>"$work/control"
  await "$work/send.log" ready
  configure "$qos" "$port"
  sed -i "s/client_id: bench/client_id: bench\n    protocol: $version\n    receive_maximum: $most/" "$work/wire.yaml"
  [ "$version" = v5 ] || sed -i '/receive_maximum/d' "$work/wire.yaml"
  taskset -c 0 "$agent" run "$work/wire.yaml" --log text >/dev/null 2>"$work/agent.log" 7>&- &
  pid=$!
  children+=("$pid")
  await "$work/send.log" sending
  sleep 3
  from=$(figures_of "$agent" "$pid")
  sleep "$seconds"
  to=$(figures_of "$agent" "$pid")
  local kb
  kb=$(memory_kb "$pid" VmRSS)
  await "$work/send.log" '^sent '
  end_sender
  kill -TERM "$pid"
  wait "$pid" || die "the agent did not stop in order: $(tail -n 3 "$work/agent.log")"
  paced=$(awk -v from="$from" -v to="$to" -v s="$seconds" -v kb="$kb" '
    BEGIN { split(from, a, " "); split(to, b, " "); n = b[4] - a[4]; if (n < 1) n = 1 }
    /^sent / { printf "%.0f %.1f %.0f %.1f %.1f %s %s %d", n / s, 100 * (b[1] - a[1]) / s, (b[5] - a[5]) / s, (b[2] - a[2]) / n,
      (b[3] - a[3]) / n, $6, $8, kb }' "$work/send.log")
}

# figures_of AGENT PID: processor seconds, bytes at the device, bytes of the process, readings, commits.
figures_of() {
  local cpu device written
  cpu=$(cpu_seconds "$2")
  device=$(device_bytes)
  written=$(awk '$1 == "write_bytes:" { print $2 }' "/proc/$2/io")
  "$1" status "$work/wire.yaml" --json >"$work/status.json"
  echo "$cpu ${device:-0} $written $(field readings "$work/status.json") $(field done "$work/status.json")"
}

# bench_paced [OLD]: a row a load; with an older binary its row beside it, in turns.
bench_paced() {
  local old=${1:-} row rate qos version most which
  [ -n "$(device_bytes)" ] || say "No block device under $work: bytes at the device are missing. Set TMPDIR to a folder on a real disk."
  echo "PACED ($seconds s each after 3 s, 1,000 series, the time of day in each message; bytes at the device are those of all that writes to it)"
  printf '  %-34s %-4s %8s %9s %9s %12s %12s %8s %8s %9s\n' load '' msg/s 'core %' commits/s 'B at device' 'B of process' 'p50 ms' 'p99 ms' resident
  for row in '1000 0 v5 1000' '1000 1 v5 1000' '1000 1 v3.1.1 20' '20000 0 v5 1000' '20000 1 v5 1000' '20000 1 v3.1.1 20'; do
    [ -z "${PACED_ROW:-}" ] || [ "$PACED_ROW" = "$row" ] || continue
    read -r rate qos version most <<<"$row"
    for which in ${old:+old} new; do
      paced "$([ "$which" = old ] && echo "$old" || echo "$agent")" "$rate" "$qos" "$version" "$most"
      # shellcheck disable=SC2086
      printf '  %-34s %-4s %8s %9s %9s %12s %12s %8s %8s %6d kB\n' "$(grouped "$rate")/s QoS $qos $version, $most in flight" "$which" $paced
    done
  done
  echo
}
