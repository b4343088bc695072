#!/usr/bin/env bash
# Time and peak memory of the whole program, start to end: whole_process.sh path/to/rackfit
#
# The median of 21 runs, because the first ones warm the file cache and a busy machine spoils single ones.
set -euo pipefail
program=$(realpath "${1:?which binary?}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=21

median_ms() {
  local i start end
  for ((i = 0; i < runs; ++i)); do
    start=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null
    end=${EPOCHREALTIME/[.,]/}
    echo $((end - start))
  done | sort -n | sed -n "$((runs / 2 + 1))p" | sed -E 's/([0-9]{3})$/.\1/; s/^\./0./'
}

measure() {
  printf '%-58s %9s ms' "rackfit $*" "$(median_ms "$program" "$@")"
  if [[ -x /usr/bin/time ]]; then
    # Into a file descriptor of its own, so that the program's own stderr does not mix in.
    local kib
    kib=$({ /usr/bin/time -f %M -o /dev/fd/3 "$program" "$@" >/dev/null; } 3>&1)
    printf ' %7.1f MiB' "$(awk -v k="$kib" 'BEGIN { print k / 1024 }')"
  fi
  echo
}

measure --version
measure plan profiles/workloads/code-assistant-30.yaml
measure plan profiles/workloads/enterprise-100b.yaml
