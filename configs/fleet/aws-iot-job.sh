#!/bin/sh
# AWS IoT Jobs: a handler of the AWS IoT Device Client (~/.aws-iot-device-client/jobs/aws-iot-job.sh, mode 700).
# Job document: {"version": "1.0", "includeStdOut": true, "steps": [{"action": {"name": "apply", "type": "runHandler",
#   "input": {"handler": "aws-iot-job.sh", "args": ["https://files.example/press-line-42.json"], "path": "default"}}}]}
# The client gives the user to run as, then args. A job succeeds when this exits with 0; what is printed stands in its statusDetails.
set -eu
url=$2
file=$(mktemp)
trap 'rm -f "$file"' EXIT
# Where it comes from need not be trusted: the agent checks the signatures. 128 KiB is the most that it takes.
curl --fail --silent --show-error --location --max-filesize 131072 --max-time 120 --output "$file" "$url"
# 0 good, 1 rejected, 3 taken back, 75 still trying; the JSON has the findings, or the gate with its figures.
edge-agent fleet apply "$file" --wait --json
