# The sections of scripts/bench about models; sourced by it, never run. Uses its functions and variables.
# shellcheck shell=bash disable=SC2154

# ready_models: compiles the C loop and finds the library that scripts/publish left.
ready_models() {
  onnx=$root/artifacts/onnx/$rid
  [ -e "$onnx/libonnxruntime.so.1" ] || die "$onnx/libonnxruntime.so.1 is not there; scripts/publish brings it"
  export EDGE_AGENT_NATIVE_DIR=$onnx
  loop=$work/ort_loop
  "${CC:-cc}" -O2 -o "$loop" tests/EdgeAgent.Benchmarks/ort_loop.c -ldl
  models_table=$work/models.md
  : >"$models_table"
}

model_row() { printf '| %s | %s |\n' "$1" "$2" >>"$models_table"; }

# scored CASE: ns a row of one line of the layer.
scored() { sed -nE "s/^scores +$1 +([0-9.]+) ns.*/\1/p" "$work/scores.txt"; }

bench_scores() {
  echo "SCORES (dense autoencoder, 32 features; ONNX Runtime in a loop of C is the ceiling)"
  local one many
  one=$(taskset -c 0 "$loop" "$onnx/libonnxruntime.so.1" tests/models/dense_ae.onnx 32 1 1000 | sed -nE 's/.* ([0-9]+) ns.*/\1/p')
  many=$(taskset -c 0 "$loop" "$onnx/libonnxruntime.so.1" tests/models/dense_ae.onnx 32 64 200 | sed -nE 's/.* ([0-9]+) ns.*/\1/p')
  taskset -c 0 "$bench" scores tests/models/dense_ae.onnx | tee "$work/scores.txt"
  echo "C loop   1 row                        $one ns/call"
  echo "C loop   64 rows                      $many ns/call"
  model_row 'a call of one row' "$(awk -v a="$(scored 'model, 1 row')" -v c="$one" 'BEGIN { printf "%.2f µs; C loop alone %.2f µs", a / 1000, c / 1000 }')"
  model_row 'a row in calls of 64' "$(awk -v a="$(scored 'model, 64 rows')" -v c="$many" 'BEGIN { printf "%.0f ns; C loop alone %.0f ns", a, c / 64 }')"
  model_row 'a reading through the whole stage, one at a time' "$(awk -v a="$(scored 'stage, batches of 1')" 'BEGIN { printf "%.2f µs", a / 1000 }')"
  model_row 'a reading through the whole stage, 64 at a time' "$(awk -v a="$(scored 'stage, batches of 64')" 'BEGIN { printf "%.0f ns", a }')"
  local plain watched
  plain=$(scored 'stage, batches of 64') watched=$(scored 'stage, batches of 64, with drift')
  echo "drift    a reading and its score        $(awk -v a="$watched" -v b="$plain" 'BEGIN { printf "%.0f ns more (%.2f of the stage without)", a - b, a / b }')"
  model_row 'the same with drift of the input and the score watched' "$(awk -v a="$watched" -v b="$plain" 'BEGIN { printf "%.0f ns, %.2f of that without", a, a / b }')"
  local allocating
  allocating=$(awk -v most="$(budget hot_path_bytes_per_reading)" '/bytes\/message/ && $(NF - 1) > most' "$work/scores.txt")
  if [ -n "$allocating" ]; then
    printf '  OVER   bytes a score:\n%s\n' "$allocating"
    over=1
  else
    echo "  ok     bytes a score: 0, budget $(budget hot_path_bytes_per_reading)"
    model_row 'managed memory allocated a score' '0 bytes'
  fi
  echo
}

# broker LINE: a mosquitto of its own on core 1, with LINE added to its configuration.
broker() {
  port=$((port + 1))
  printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 100000\n%s\n' "$port" "$1" >"$work/mosquitto.conf"
  if [ "$(id -u)" = 0 ]; then echo 'user root' >>"$work/mosquitto.conf"; fi
  : >"$work/mosquitto.log"
  taskset -c 1 "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$work/mosquitto.conf" -v >/dev/null 2>"$work/mosquitto.log" &
  broker=$!
  children+=("$broker")
  await "$work/mosquitto.log" ' running'
}

# configure_model QOS: sensors and panel at one broker; alerts leave before their commit.
configure_model() {
  rm -rf -- "$work/data"
  cat >"$work/model.yaml" <<YAML
agent: { id: gateway, data_dir: $work/data }
sources:
  plant:
    type: mqtt
    url: mqtt://127.0.0.1:$port
    client_id: gateway
    receive_maximum: 20000
    subscriptions:
      - topic: sensors/{device}/{metric}
        qos: $1
        decode: { format: json, value: \$.value, time: { path: \$.ts, unit: ns } }
models:
  dense_ae: { file: $root/tests/models/dense_ae.onnx }
pipelines:
  watch:
    from: [plant]
    stages:
      - score: { model: dense_ae, last: 32, score: reconstruction_mse, threshold: { constant: 3 } }
    to: [panel]
outputs:
  panel: { type: mqtt, url: "mqtt://127.0.0.1:$port", topic: "alerts/{device}", immediate: true }
YAML
}

# gateway QOS: the agent on core 0, subscribed; sets $gateway.
gateway() {
  configure_model "$1"
  : >"$work/agent.log"
  taskset -c 0 "$agent" run "$work/model.yaml" --log text >/dev/null 2>"$work/agent.log" &
  gateway=$!
  children+=("$gateway")
  await "$work/agent.log" 'subscribed to'
}

end_child() {
  kill -TERM "$1" 2>/dev/null || true
  wait "$1" || true
}

# probe QOS: 10,000 readings/s for $latency_seconds from core 1; leaves $work/probe.log.
probe() {
  rm -f -- "$work/control" "$work/probe.log"
  mkfifo "$work/control"
  taskset -c 1 "$bench" latency "$port" "$1" 10000 "$latency_seconds" <"$work/control" >"$work/probe.log" 2>&1 &
  local pid=$!
  children+=("$pid")
  exec 7>"$work/control"
  await "$work/probe.log" ready
  echo >&7
  wait "$pid" || die "the probe failed: $(cat -- "$work/probe.log")"
  exec 7>&-
}

# latencies NAME FILE: "p50 … µs, p99 … µs, p99.9 … µs (N)".
latencies() { sed -nE "s/^$1 +p50 ([0-9]+) p99 ([0-9]+) p99.9 ([0-9]+) max ([0-9]+) us, ([0-9]+) of them/p50 \1 µs, p99 \2 µs, p99.9 \3 µs, longest \4 µs (\5 alerts)/p" "$2"; }

# told WHAT: prints and keeps what the probe saw; lost alerts are a failure on any machine.
told() {
  local line lost
  line=$(latencies alerts "$work/probe.log")
  lost=$(sed -nE 's/.*lost ([0-9]+), twice ([0-9]+).*/\1 lost, \2 twice/p' "$work/probe.log")
  echo "  $1: $line; $lost"
  model_row "$1" "$line; $lost"
  if [ "${lost%%,*}" != '0 lost' ]; then
    echo "  OVER   alerts lost"
    over=1
  fi
}

# floor LINE QOS: a relay that does nothing but answer.
floor() {
  broker "$1"
  rm -f -- "$work/relay.control" "$work/relay.log"
  mkfifo "$work/relay.control"
  taskset -c 0 "$bench" latency-relay "$port" "$2" <"$work/relay.control" >"$work/relay.log" 2>&1 &
  local relay=$!
  children+=("$relay")
  exec 8>"$work/relay.control"
  await "$work/relay.log" 'subscribed to'
  probe "$2"
  exec 8>&-
  wait "$relay" || true
  echo "  the broker alone, once, QoS $2: $(latencies 'one way' "$work/relay.log")"
  model_row "the broker alone, once, QoS $2" "$(latencies 'one way' "$work/relay.log")"
  told "the broker twice, a relay in the gateway's place, QoS $2"
  end_child "$broker"
}

# through LINE QOS WHAT
through() {
  broker "$1"
  gateway "$2"
  probe "$2"
  told "$3"
  end_child "$gateway"
  end_child "$broker"
}

bench_latency() {
  local nodelay='set_tcp_nodelay true' qos
  latency_seconds=$((3 * seconds))
  echo "LATENCY (reading published → alert at the panel, 10,000 readings/s scored one by one, 1,000 series, $latency_seconds s each)"
  for qos in 0 1; do
    floor "$nodelay" "$qos"
    through "$nodelay" "$qos" "through the gateway, QoS $qos"
    through '' "$qos" "through the gateway, QoS $qos, mosquitto as it comes"
  done
  echo
}

bench_model_memory() {
  echo "MEMORY WITH A MODEL"
  broker ''
  gateway 1
  sleep 6
  local rest busy
  rest=$(memory_kb "$gateway" VmRSS)
  latency_seconds=5
  probe 1
  busy=$(memory_kb "$gateway" VmRSS)
  echo "  resident with one model: $(megabytes "$rest") at rest, $(megabytes "$busy") after 50,000 readings"
  model_row 'resident memory with one small model' "$(megabytes "$rest") 6 s after the start, $(megabytes "$busy") after 50,000 readings"
  within 'resident bytes with a model' $(((rest > busy ? rest : busy) * 1024)) "$(budget resident_bytes_model)"
  end_child "$gateway"
  end_child "$broker"
  echo
}

# forest: a model of some 0.9 MB, made by Debian's python3-onnx; the small one of the cases where that is not there.
forest() {
  forest=$work/forest.onnx
  /usr/bin/python3 tests/models/make_forest.py "$forest" 2>/dev/null || cp -- tests/models/cases/random_forest/model.onnx "$forest"
}

# configure_stages N: N pipelines with one stage each, all of the same file.
configure_stages() {
  local i sensors='acc1, acc2, current, pressure, temperature, thermocouple, voltage, flow'
  rm -rf -- "$work/data"
  {
    printf 'agent: { id: gateway, data_dir: %s/data }\nsources:\n  rig:\n    type: mqtt\n    url: mqtt://127.0.0.1:%s\n' "$work" "$port"
    printf '    client_id: gateway\n    receive_maximum: 20000\n    subscriptions:\n      - topic: rig/{device}/row\n        qos: 1\n'
    printf '        decode: { format: json, time: { path: $.ts, unit: ms }, fields: [%s] }\nmodels:\n  m: { file: %s, budget: 1m }\npipelines:\n' "$(sed -E 's/([a-z0-9]+)/{ path: $.\1, metric: \1 }/g' <<<"$sensors")" "$forest"
    for ((i = 0; i < $1; i++)); do
      printf '  p%d:\n    from: rig\n    stages:\n      - align: { by: device, metrics: [%s], join: exact }\n' "$i" "$sensors"
      printf '      - score_summaries: { model: m, fields: [%s] }\n    to: out\n' "$sensors"
    done
    printf 'outputs:\n  out: { type: file, path: %s/scores.jsonl }\n' "$work"
  } >"$work/stages.yaml"
}

# ticks PID: processor time of all threads it has or had [ns, in steps of 10 ms].
ticks() { awk -v ticks="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); printf "%.0f", ($12 + $13) * 1e9 / ticks }' "/proc/$1/stat"; }

# nanoseconds PID: processor time of the threads it has, as the scheduler counts it.
nanoseconds() { cat "/proc/$1/task"/*/schedstat 2>/dev/null | awk '{ n += $1 } END { printf "%.0f", n }'; }

# scored_rows: rows scored by all stages of the agent of stages.yaml.
scored_rows() { "$agent" status "$work/stages.yaml" --json 2>/dev/null | { grep -o '"scored":[0-9]*' || true; } | awk -F: '{ n += $2 } END { print n + 0 }'; }

# stages_once AGENT N: sets $stages_kb, $stages_start (processor ns from the start until each stage has scored) and $stages_rows (ns for the rest).
stages_once() {
  local agent=$1 pid started rows=tests/models/cases/rig.jsonl
  configure_stages "$2"
  : >"$work/agent.log"
  taskset -c 0 "$agent" run "$work/stages.yaml" --log text >/dev/null 2>"$work/agent.log" &
  pid=$!
  children+=("$pid")
  await "$work/agent.log" 'subscribed to'
  payloads() { sed -E 's/^.*"payload": "(.*)", "at".*$/\1/; s/\\"/"/g' "$rows"; }
  # A row is told with the next one at the latest; until the models are there rows pass by.
  until [ "$(scored_rows)" -ge "$2" ]; do
    kill -0 "$pid" 2>/dev/null || die "the agent ended: $(tail -n 3 "$work/agent.log")"
    payloads | awk 'NR == 1' | mosquitto_pub -p "$port" -q 1 -t "rig/warm$((RANDOM))/row" -l
  done
  local before
  stages_start=$(ticks "$pid") before=$(nanoseconds "$pid") started=$(scored_rows)
  payloads | mosquitto_pub -p "$port" -q 1 -t rig/1/row -l
  until [ "$(scored_rows)" -ge $((started + 600 * $2)) ]; do sleep 0.05; done
  stages_rows=$(($(nanoseconds "$pid") - before)) stages_kb=$(memory_kb "$pid" VmRSS)
  end_child "$pid"
}

bench_stages() {
  echo "STAGES OF ONE MODEL ($(grouped "$(stat -c %s "$forest")") bytes; 600 rows of eight sensors to each stage; one stage, then ten)"
  broker ''
  local one_kb one_start one_rows
  stages_once "$agent" 1
  one_kb=$stages_kb one_start=$stages_start one_rows=$stages_rows
  stages_once "$agent" 10
  local text
  text=$(awk -v a="$one_kb" -v b="$stages_kb" -v c="$one_start" -v d="$stages_start" -v e="$one_rows" -v f="$stages_rows" 'BEGIN {
    printf "resident %.1f MB, with one %.1f MB; processor time until all have scored %.2f s, with one %.2f s; a row through one stage %.0f µs, with one %.0f µs",
      b * 1024 / 1e6, a * 1024 / 1e6, d / 1e9, c / 1e9, f / 6e6, e / 6e5 }')
  echo "  ten stages: $text"
  model_row 'ten stages on one forest of 0.9 MB' "$text"
  end_child "$broker"
  echo
}

# bench_models_compare OLD PAIRS: rows about models, this binary and OLD in turns.
bench_models_compare() {
  local new=$agent old=$1 pairs=$2 pair which figures=$work/model-pairs before
  latency_seconds=5
  echo "MODELS COMPARED with $("$old" version): $pairs pairs in turns; ratio new / old, median and 95 % interval"
  printf '  %-58s %12s %12s   %s\n' '' new old 'ratio  interval'
  local -A got
  for ((pair = 0; pair < pairs; pair++)); do
    for which in $([ $((pair % 2)) = 0 ] && echo new old || echo old new); do
      agent=${!which}
      broker ''
      gateway 1
      before=$(nanoseconds "$gateway")
      probe 1
      got[scored.$which]=$(awk -v a="$before" -v b="$(nanoseconds "$gateway")" 'BEGIN { print (b - a) / 50000 }')
      got[rest.$which]=$(memory_kb "$gateway" VmRSS)
      end_child "$gateway"
      stages_once "$agent" 1
      got[one.$which]=$stages_kb
      stages_once "$agent" 10
      got[ten.$which]=$stages_kb got[start.$which]=$stages_start got[rows.$which]=$(awk -v n="$stages_rows" 'BEGIN { print n / 6000 }')
      end_child "$broker"
    done
    for row in scored rest one ten start rows; do echo "${got[$row.new]} ${got[$row.old]}" >>"$figures.$row"; done
  done
  printf '  %-58s %s\n' 'live, a reading scored, processor ns' "$(verdict "$figures.scored")"
  printf '  %-58s %s\n' 'resident with one small model, kB' "$(verdict "$figures.rest")"
  printf '  %-58s %s\n' 'resident, one stage on a forest of 0.9 MB, kB' "$(verdict "$figures.one")"
  printf '  %-58s %s\n' 'resident, ten stages on it, kB' "$(verdict "$figures.ten")"
  printf '  %-58s %s\n' 'ten stages, processor ns until all have scored' "$(verdict "$figures.start")"
  printf '  %-58s %s\n' 'ten stages, processor ns a row and stage' "$(verdict "$figures.rows")"
  agent=$new
}

# write_models: the figures into their own place of docs/performance.md.
write_models() {
  {
    printf '%s, %s cores, %s; %s; ONNX Runtime 1.31.1; %s; load %s at the start.\n\n' "${processor:-$(uname -m)}" "$cores" "$(uname -sr)" "$("$agent" version)" "$(date -u +%F)" "$load"
    printf '| what | measured |\n|---|---|\n'
    cat -- "$models_table"
    printf '\n```\n'
    cat -- "$work/scores.txt"
    printf '```\n'
  } >"$work/models-figures.md"
  put_figures 'bench models' "$work/models-figures.md"
}
