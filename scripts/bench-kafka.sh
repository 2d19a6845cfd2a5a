# The part of scripts/bench for Kafka; sourced by it. Uses its $bench, $agent, $work and functions.
# shellcheck shell=bash disable=SC2154

kafka_records=200000 kafka_rounds=3

kafka_config() { # NAME BROKER MORE: the agent's configuration; every reading is a record of about 230 bytes
  cat >"$work/$1.yaml" <<YAML
agent: { id: bench, data_dir: $work/data }
sources:
  plant:
    type: mqtt
    url: mqtt://127.0.0.1:$port
    client_id: bench
    receive_maximum: 1000
    subscriptions:
      - topic: sensors/{site}/{line}/{cell}/{device}/{metric}
        qos: 1
        decode: { format: json, value: \$.value, time: { path: \$.ts, unit: ms } }
pipelines:
  all: { from: [plant], to: [central] }
outputs:
  central: { type: kafka, brokers: ["$2"], topic: drain, key: "{site}/{device}"$3 }
buffer: { max_size: 1GiB }
commit: { interval: 200ms }
YAML
}

# kafka_status NAME FIELD: a number of the first output.
kafka_status() {
  "$agent" status "$work/$1.yaml" --json >"$work/status.json" 2>/dev/null || true
  field "$2" "$work/status.json"
}

# kafka_fill: an outbox of so many records in $work/full, filled while no Kafka is there.
kafka_fill() {
  # Its queue has to hold what the agent does not take at once.
  printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n' "$port" >"$work/kafka-mosquitto.conf"
  if [ "$(id -u)" = 0 ]; then echo 'user root' >>"$work/kafka-mosquitto.conf"; fi
  "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$work/kafka-mosquitto.conf" >"$work/kafka-mosquitto.log" 2>&1 &
  children+=("$!")
  await "$work/kafka-mosquitto.log" ' running'
  kafka_config fill 127.0.0.1:9 ''
  "$agent" run "$work/fill.yaml" --log text >/dev/null 2>"$work/fill.log" &
  local pid=$!
  children+=("$pid")
  await "$work/fill.log" 'subscribed to'
  python3 - "$port" "$kafka_records" <<'PYTHON'
import socket, struct, sys
def text(s): return struct.pack(">H", len(s)) + s
def packet(kind, body):
    n, head = len(body), bytes([kind])
    while True:
        head += bytes([n % 128 | (128 if n > 127 else 0)])
        n //= 128
        if not n: return head + body
wire = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def need(n):
    while n: n -= len(wire.recv(n))
wire.sendall(packet(0x10, text(b"MQTT") + bytes([4, 2, 0, 0]) + text(b"filler")))
need(4)
count = int(sys.argv[2])
for first in range(0, count, 1000):
    numbers = range(first, min(first + 1000, count))
    wire.sendall(b"".join(packet(0x32, text(b"sensors/plant7/assembly-north/cell-0042/press-%04d/temperature" % (i % 500))
        + struct.pack(">H", i % 60000 + 1) + b'{"ts":%d,"value":%d.5}' % (1767225600000 + i, i % 997)) for i in numbers))
    need(4 * len(numbers))
PYTHON
  until [ "$(kafka_status fill backlog_records)" = "$kafka_records" ]; do sleep 0.2; done
  kill -TERM "$pid"
  wait "$pid" || die "the agent did not stop in order: $(tail -n 3 "$work/fill.log")"
  mv -- "$work/data" "$work/full"
}

# kafka_drain BROKER MORE: sets $rate, records a second from the first that is confirmed to the last.
kafka_drain() {
  local pid from confirmed
  until ! "$kit" topic "$work/kafka" list | grep -qx drain; do "$kit" topic "$work/kafka" delete drain >/dev/null; done
  until "$kit" topic "$work/kafka" list | grep -qx drain; do "$kit" topic "$work/kafka" create drain --partitions 3 >/dev/null; done
  rm -rf -- "$work/data"
  cp -a -- "$work/full" "$work/data"
  kafka_config drain "$1" "$2"
  "$agent" run "$work/drain.yaml" --log text >/dev/null 2>"$work/drain.log" &
  pid=$!
  children+=("$pid")
  until confirmed=$(kafka_status drain confirmed) && [ "${confirmed:-0}" -gt 0 ]; do sleep 0.02; done
  from=$(date +%s%N) rate=$confirmed
  until [ "$(kafka_status drain confirmed)" = "$kafka_records" ]; do sleep 0.02; done
  rate=$(awk -v n="$((kafka_records - rate))" -v t="$(($(date +%s%N) - from))" 'BEGIN { printf "%.0f", n / (t / 1e9) }')
  kill -TERM "$pid"
  wait "$pid" || die "the agent did not stop in order: $(tail -n 3 "$work/drain.log")"
}

# An outbox drained to a real Apache Kafka, beside its own ProducerPerformance, in turns.
bench_kafka() {
  local kit=${EDGE_TEST_KAFKA_KIT:-$root/../shared/kafka}/kafka broker round once exactly perf
  if [ ! -x "$kit" ]; then
    say "No kit of Apache Kafka (EDGE_TEST_KAFKA_KIT): left out"
    return
  fi
  echo "KAFKA ($(grouped "$kafka_records") records of about 230 bytes, lz4, one broker of Apache Kafka, 3 partitions; in turns)"
  port=$((port + 1))
  kafka_fill
  "$kit" start "$work/kafka" >"$work/kafka-start.txt" || die "Apache Kafka does not start"
  broker=$(tail -n 1 "$work/kafka-start.txt")
  for ((round = 1; round <= kafka_rounds; round++)); do
    # Positions of its own each time: with those of the round before, all would be there already.
    "$kit" topic "$work/kafka" create "positions$round" --config cleanup.policy=compact >/dev/null
    "$kit" topic "$work/kafka" create "perf$round" --partitions 3 >/dev/null
    kafka_drain "$broker" ''
    once=$rate
    kafka_drain "$broker" ", exactly_once: true, progress_topic: positions$round"
    exactly=$rate
    perf=$("$kit" perf "$work/kafka" "perf$round" "$kafka_records" 230 compression.type=lz4 linger.ms=5 |
      sed -nE 's/.*, ([0-9]+)[.0-9]* records\/sec.*/\1/p')
    echo "$once $exactly $perf" >>"$work/kafka.txt"
    awk -v a="$once" -v b="$exactly" -v c="$perf" 'BEGIN { printf "  round: at least once %d/s, exactly once %d/s (%.0f %% of it), ProducerPerformance %d/s; at least once is %.0f %% of that\n", a, b, 100 * b / a, c, 100 * a / c }'
  done
  "$kit" kill "$work/kafka"
  # median AWK: of what it prints for each round
  median() { awk "{ printf \"%.0f\\n\", $1 }" "$work/kafka.txt" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
  echo "  medians: at least once $(grouped "$(median '$1')")/s, $(median '100 * $1 / $3') % of ProducerPerformance; exactly once $(grouped "$(median '$2')")/s, $(median '100 * $2 / $1') % of at least once"
  echo
}
