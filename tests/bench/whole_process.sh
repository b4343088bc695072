#!/bin/sh
# Time and memory of whole processes, printed for people: a shared machine's clock is too noisy to assert.
# usage: tests/bench/whole_process.sh [path of the rackfit binary]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
rackfit=${1:-$root/build/release/src/cli/rackfit}
command -v hyperfine >/dev/null || { echo "hyperfine is not installed" >&2; exit 2; }
hyperfine --shell=none --warmup 3 --style basic \
  "$rackfit --version" \
  "$rackfit plan $root/profiles/workloads/enterprise-100b.yaml --format json" \
  "$rackfit plan $root/profiles/workloads/log-processing-light.yaml --format json" \
  "$rackfit catalog devices"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f "peak memory of plan enterprise-100b: %M KiB" \
    "$rackfit" plan "$root/profiles/workloads/enterprise-100b.yaml" --format json >/dev/null
fi
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
"$root/tests/bench/batch_lines.py" 100000 > "$lines"
hyperfine --shell=none --warmup 0 --runs 3 --style basic "$rackfit estimate --batch $lines" "$rackfit fits 2xrtx-4090"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f "100,000 lines: %e s, peak memory %M KiB" "$rackfit" estimate --batch "$lines" >/dev/null
fi
