# The part of scripts/bench that sets this binary beside an older one; sourced by it. Uses its $agent, $work, $seconds and functions.
# shellcheck shell=bash disable=SC2154

# verdict FILE: of lines "NEW OLD", the median of the ratios with its interval of at least 95 % (order statistics, no distribution assumed).
verdict() {
  python3 - "$1" <<'PYTHON'
import math, statistics, sys
pairs = [tuple(map(float, line.split())) for line in open(sys.argv[1])]
ratios = sorted(new / old for new, old in pairs)
n, below, rank = len(ratios), 0.0, 0
# The interval from the r-th smallest to the r-th largest holds the median unless fewer than r of n tosses fall on one side.
while rank < n // 2 and 2 * (below := below + math.comb(n, rank) / 2**n) <= 0.05:
    rank += 1
rank = max(rank, 1)
low, high = ratios[rank - 1], ratios[-rank]
word = "WORSE" if low > 1.03 else "not worse"
print(f"{statistics.median(p[0] for p in pairs):12.4f} {statistics.median(p[1] for p in pairs):12.4f}   {statistics.median(ratios):5.3f}  {low:5.3f} … {high:5.3f}  {word}")
PYTHON
}

# start_once AGENT [rest]: sets $took, microseconds from exec to subscribed, and with rest $kb, resident six seconds later; stops it.
start_once() {
  local started pid
  rm -rf -- "$work/data"
  : >"$work/agent.log"
  started=$(date +%s%N)
  "$1" run "$work/wire.yaml" --log text >/dev/null 2>"$work/agent.log" &
  pid=$!
  until grep -q 'connected to' "$work/agent.log"; do
    kill -0 "$pid" 2>/dev/null || die "the agent ended: $(tail -n 3 "$work/agent.log")"
    sleep 0.001
  done
  took=$((($(date +%s%N) - started) / 1000))
  if [ "${2:-}" = rest ]; then sleep 6; kb=$(memory_kb "$pid" VmRSS); fi
  kill -TERM "$pid"
  wait "$pid" || true
}

# bench_compare OLD PAIRS: rows of the wire and of the start, old and new in turns.
bench_compare() {
  local new=$agent old=$1 pairs=$2 row qos shape pair figures=$work/pairs line
  echo "COMPARED with $("$old" version), $(grouped "$(stat -c %s "$old")") bytes: $pairs pairs in turns, $seconds s each; ratio new / old, median and 95 % interval"
  printf '  %-44s %12s %12s   %s\n' '' new old 'ratio  interval'
  for row in '0 same' '0 any' '1 same' '1 any'; do
    [ -z "${COMPARE_ROW:-}" ] || [ "$COMPARE_ROW" = "$row" ] || continue
    read -r qos shape <<<"$row"
    : >"$figures.cpu"
    : >"$figures.time"
    for ((pair = 0; pair < pairs; pair++)); do
      # Who is first changes, so that neither always finds the machine as the other left it.
      for which in $([ $((pair % 2)) = 0 ] && echo new old || echo old new); do
        agent=${!which}
        wire "$qos" "$shape"
        line=$(awk -v c="$cpu" -v n="$readings" -v r="$rate" 'BEGIN { print 1e9 * c / n, 1e9 / r }')
        printf -v "figures_$which" %s "$line"
      done
      echo "${figures_new% *} ${figures_old% *}" >>"$figures.cpu"
      echo "${figures_new#* } ${figures_old#* }" >>"$figures.time"
    done
    printf '  %-44s %s\n' "QoS $qos, $shape: processor ns a reading" "$(verdict "$figures.cpu")"
    printf '  %-44s %s\n' "QoS $qos, $shape: elapsed ns a reading" "$(verdict "$figures.time")"
  done
  port=$((port + 1))
  quiet_broker
  configure 1 "$port"
  : >"$figures.start"
  : >"$figures.rest"
  for ((pair = 0; pair < pairs; pair++)); do
    local rest=
    [ "$pair" -ge 3 ] || rest=rest
    start_once "$new" "$rest"; local new_took=$took new_kb=${kb:-0}
    start_once "$old" "$rest"
    echo "$new_took $took" >>"$figures.start"
    [ -z "$rest" ] || echo "$new_kb $kb" >>"$figures.rest"
  done
  printf '  %-44s %s\n' 'start to subscribed, microseconds' "$(verdict "$figures.start")"
  printf '  %-44s %s\n' 'resident at rest, kB (3 pairs)' "$(verdict "$figures.rest")"
  agent=$new
}
