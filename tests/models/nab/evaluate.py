#!/usr/bin/env python3
"""Replays the machine temperature through the gateway and prints, for each pipeline, the first alert in each labelled window and false alerts a week.

Usage: evaluate.py <folder with the recording> <edge-agent command …>; run in this folder after make_model.py.
"""
import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta

# An alert begins with its first score over the threshold and is told when that has lasted for min_duration: the table has the later time.
HOURS = {"spans": 1, "spans_drifting": 2, "level": 2}
folder, command = sys.argv[1], sys.argv[2:]
rows = list(csv.reader(open(f"{folder}/machine_temperature_system_failure.csv")))[1:]
windows = [tuple(datetime.fromisoformat(t) for t in w) for w in json.load(open(f"{folder}/anomaly_windows.json"))["machine_temperature_system_failure.csv"]]
lines, arrival = [], ""
for t, v in rows:
    at = t.replace(" ", "T") + "Z"
    # The recording steps back by an hour once; arrival does not, event time stays as recorded.
    arrival = max(arrival, at)
    lines.append(json.dumps({"source": "machine", "topic": "plant/m1/temperature", "at": arrival, "payload": json.dumps({"ts": at, "value": float(v)})}))
run = subprocess.run(command + ["replay", "config.yaml", "--input", "-"], input="\n".join(lines), text=True, capture_output=True)
if run.returncode or "goes on without it" in run.stderr:
    sys.exit(run.stderr)
alerts = {}
for line in run.stdout.splitlines():
    record = json.loads(line)
    payload = record.get("payload", record)
    payload = json.loads(payload) if isinstance(payload, str) else payload
    if payload.get("alert") == "opened":
        told = datetime.fromisoformat(payload["start"].rstrip("Z")[:19]) + timedelta(hours=HOURS.get(payload["pipeline"], 0))
        alerts.setdefault(payload["pipeline"], []).append(told)

start, end = (datetime.fromisoformat(rows[i][0]) for i in (0, -1))
weeks = (end - start - sum((b - a for a, b in windows), timedelta())) / timedelta(weeks=1)
print("| pipeline | " + " | ".join(f"window {i + 1}: {a:%m-%d %H:%M} to {b:%m-%d %H:%M}" for i, (a, b) in enumerate(windows)) + " | alerts outside | a week |")
print("|---|" + "---|" * (len(windows) + 2))
for name in ("spans", "spans_drifting", "level", "autoencoder", "zscore", "range"):
    cells, seen = [], alerts.get(name, [])
    for a, b in windows:
        inside = [s for s in seen if a <= s <= b]
        middle = a + (b - a) / 2
        cells.append("none" if not inside else f"{inside[0]:%m-%d %H:%M} ({(inside[0] - middle).total_seconds() / 3600:+.1f} h from the middle)")
    outside = sum(1 for s in seen if not any(a <= s <= b for a, b in windows))
    print(f"| {name} | " + " | ".join(cells) + f" | {outside} | {outside / weeks:.2f} |")
