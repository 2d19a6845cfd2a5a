# The part of scripts/bench for lines and Modbus; sourced by it. Uses its $bench, $agent, $work, $seconds and functions.
# shellcheck shell=bash disable=SC2154

serial_table=

# bus INTERVAL: 32 units polled at that interval; sets $polls, $rate, $share, $busy_cpu, $missed, $jitter.
# The simulator holds each answer back as long as request, silence and answer take on a wire, so the rate is the bus's; it gives its core for exact times.
bus() {
  local units=() unit pid simulator from to cpu_from cpu_to polls_from
  for unit in {1..32}; do units+=(--unit "$unit"); done
  rm -rf -- "$work/bus" "$work/bus-data" "$work/bus.jsonl"
  taskset -c 1 "$agent" simulate modbus --profile sht20-xy-md02 "${units[@]}" --baud 115200 --exact --link "$work/bus" >"$work/simulator.log" 2>&1 &
  simulator=$!
  children+=("$simulator")
  await "$work/simulator.log" "$work/bus"
  {
    printf 'agent: { id: bench, data_dir: %s }\nsources:\n  bus:\n    type: modbus\n    line: { path: %s, baud: 115200, parity: even }\n    units:\n' "$work/bus-data" "$work/bus"
    for unit in {1..32}; do printf '      - { unit: %s, device: u%s, profile: sht20-xy-md02, interval: %s }\n' "$unit" "$unit" "$1"; done
    printf 'pipelines:\n  summaries:\n    from: [bus]\n    stages: [{ window: { tumbling: 10s, by: [device, metric], aggregate: [count, min, max, mean, stddev], idle_timeout: 60s } }]\n    to: [out]\noutputs:\n  out: { type: file, path: %s }\n' "$work/bus.jsonl"
  } >"$work/bus.yaml"
  taskset -c 0 "$agent" run "$work/bus.yaml" --log text >/dev/null 2>"$work/bus.log" &
  pid=$!
  children+=("$pid")
  await "$work/bus.log" ' runs as '
  sleep 2
  "$agent" status "$work/bus.yaml" --json >"$work/bus-from.json"
  from=$(date +%s%N) cpu_from=$(cpu_seconds "$pid") polls_from=$(field answers "$work/bus-from.json")
  sleep $((4 * seconds))
  "$agent" status "$work/bus.yaml" --json >"$work/bus-to.json"
  to=$(date +%s%N) cpu_to=$(cpu_seconds "$pid")
  polls=$(($(field answers "$work/bus-to.json") - polls_from))
  missed=$(($(field missed "$work/bus-to.json") - $(field missed "$work/bus-from.json")))
  bad=$(($(field timeouts "$work/bus-to.json") + $(field corrupt "$work/bus-to.json") + $(field mismatched "$work/bus-to.json")))
  jitter=$(sed -nE 's/.*"jitter_ms_mean":([0-9.e+-]+).*/\1/p' "$work/bus-to.json" | awk '{ printf "%.2f", $1 }')
  rate=$(awk -v n="$polls" -v t="$((to - from))" 'BEGIN { printf "%.1f", n / (t / 1e9) }')
  share=$(awk -v a="$rate" -v b="$theory" 'BEGIN { printf "%.1f", 100 * a / b }')
  busy_cpu=$(awk -v a="$cpu_from" -v b="$cpu_to" -v t="$((to - from))" 'BEGIN { printf "%.2f", 100 * (b - a) / (t / 1e9) }')
  kill -TERM "$pid"
  wait "$pid" || die "the agent did not stop in order: $(tail -n 3 "$work/bus.log")"
  kill -TERM "$simulator"
  wait "$simulator" 2>/dev/null || true
  [ "$bad" = 0 ] || die "$bad polls failed on a bus without faults"
}

# Lines and Modbus: decoding, then the whole agent on a bus.
bench_serial() {
  local layer theory interval run line
  serial_table=$work/serial.md
  : >"$serial_table"
  echo "LINES AND MODBUS (one core; a message of 'modbus' is a register)"
  for layer in lines modbus; do taskset -c 0 "$bench" "$layer" | tee -a "$work/serial-layers.txt"; done
  # Modbus over Serial Line V1.02: characters of 11 bits (§2.5.1), above 19,200 baud 1.75 ms of silence after each frame (§2.5.1.1); request 8
  # characters, answer 9 (two registers), a unit that answers at once.
  theory=$(awk 'BEGIN { printf "%.2f", 1 / ((8 + 9) * 11 / 115200 + 2 * 0.00175) }')
  interval=$(awk -v r="$theory" 'BEGIN { printf "%d", 32 / (0.95 * r) * 1000 }')
  echo "BUS (32 units, 115,200 baud, two registers each; in theory $theory polls/s; $((4 * seconds)) s each)"
  for run in "$interval" 1; do
    bus "${run}ms"
    line="$rate polls/s, $share % of the theory; $busy_cpu % of one core; $missed polls missed, mean lateness $jitter ms"
    if [ "$run" = "$interval" ]; then
      echo "  every $run ms (95 %)  $line"
      printf '| 32 units polled every %s ms, which is 95 %% of the bus (theory %s polls/s) | %s |\n' "$run" "$theory" "$line" >>"$serial_table"
    else
      line="$rate polls/s, $share % of the theory; $busy_cpu % of one core"
      echo "  as fast as it goes   $line"
      printf '| 32 units polled as fast as the bus goes | %s |\n' "$line" >>"$serial_table"
    fi
  done
  echo
}

# Puts what was measured between the marks in docs/performance.md.
write_serial() {
  {
    printf '%s, %s cores, %s; %s; %s; load %s at the start.\n\n' "${processor:-$(uname -m)}" "$cores" "$(uname -sr)" "$("$agent" version)" "$(date -u +%F)" "$load"
    printf '| what | measured |\n|---|---|\n'
    cat -- "$serial_table"
    printf '\n```\n'
    cat -- "$work/serial-layers.txt"
    printf '```\n'
  } >"$work/serial-figures.md"
  put_figures 'bench serial' "$work/serial-figures.md"
}
