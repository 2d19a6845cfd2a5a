# Shared by the scripts in this folder; sourced, never run.
# Gives $root (the repository), $cache (logs and, for arm64, libraries), the pinned versions, and a few functions.
# shellcheck shell=bash disable=SC2034

set -euo pipefail
shopt -s inherit_errexit

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${EDGE_AGENT_CACHE:-$root/.cache}
# Debian's libraries for arm64 on a machine of another kind; made by scripts/setup --for linux-arm64.
sysroot=$cache/sysroot/linux-arm64

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# The SDK would need libicu, which a bare Debian does not have; nothing here depends on a culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

# Runtime identifier of this machine.
host_rid() {
  case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) die "machine type $(uname -m) is not supported: x86_64 and aarch64 are" ;;
  esac
}

# Version of the product, as the build has it.
product_version() { sed -nE 's:.*<Version>(.*)</Version>.*:\1:p' "$root/Directory.Build.props"; }

say() { printf '%s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 1
}

# run_logged LOG COMMAND…: runs quietly; on failure shows the end of the log.
run_logged() {
  local log=$1
  shift
  mkdir -p -- "$(dirname -- "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 -- "$log" >&2
    die "failed: $* (whole log: $log)"
  fi
}

# budget NAME: a number of the budgets file.
budget() {
  local value
  value=$(sed -n "s/^ *\"$1\": *\([0-9][0-9]*\).*/\1/p" "$root/tests/EdgeAgent.Benchmarks/budgets.json")
  [ -n "$value" ] || die "tests/EdgeAgent.Benchmarks/budgets.json has no number $1"
  echo "$value"
}
