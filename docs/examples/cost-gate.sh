#!/bin/sh
# cost-gate.sh WORKLOAD ACCEPTED: fails when three years of what is recommended cost over a tenth more than was accepted.
# ACCEPTED is a file with that sum; the first run writes it.
now=$(rackfit compare "$1" --years 3 --format json | jq -er '.recommendation.total // error("a price is missing")') || exit 2
test -f "$2" || echo "$now" > "$2"
echo "three years cost $now; accepted: $(cat "$2")"
jq -en "$now <= $(cat "$2") * 1.1" > /dev/null
