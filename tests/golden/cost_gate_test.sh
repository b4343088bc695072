#!/bin/sh
# The README's build gate, run: cost_gate_test.sh RACKFIT SOURCE. Ends with 77 where jq is not installed.
command -v jq > /dev/null || exit 77
PATH=$(dirname "$1"):$PATH
gate=$2/docs/examples/cost-gate.sh
workload=$2/docs/examples/chat.yaml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$1"; exit 1; }

sh "$gate" "$workload" "$folder/accepted" || fail "the first run should write what it found and pass"
sh "$gate" "$workload" "$folder/accepted" || fail "an unchanged cost should pass"
echo 100 > "$folder/accepted"
sh "$gate" "$workload" "$folder/accepted" && fail "a cost that rose should fail"
while IFS= read -r line; do
  grep -qxF -e "$line" "$2/README.md" || fail "not in the README: $line"
done < "$gate"
exit 0
