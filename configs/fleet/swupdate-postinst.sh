#!/bin/sh
# hawkBit through SWUpdate (suricatta). In sw-description the signed document goes to a file, and this script is run behind it:
#   files:   ({ filename = "press-line-42.json"; path = "/run/edge-agent/incoming.json"; sha256 = "…"; });
#   scripts: ({ filename = "swupdate-postinst.sh"; type = "shellscript"; sha256 = "…"; });
# SWUpdate calls it with preinst and postinst; when it fails the update fails, and hawkBit counts it against the rollout group's error threshold.
set -eu
file=${EDGE_AGENT_INCOMING:-/run/edge-agent/incoming.json}
case ${1:-postinst} in
  preinst) mkdir -p "$(dirname "$file")" ;;
  postinst)
    trap 'rm -f "$file"' EXIT
    # 0 good, 1 rejected, 3 taken back, 75 still trying.
    edge-agent fleet apply "$file" --wait
    ;;
esac
