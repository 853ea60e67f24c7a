#!/usr/bin/env bash
# What a mesh with a long history costs: judging a branch beside a plain check, and what the log adds to a build, the first
# time and again. One repository, one table each, and at the end whether the goals are kept. See benches/README.md.
# Usage: benches/pull-request.sh [N|DIR] [COMMITS] [FILES]    (default: 10000 5000 20)
#   MESHFOLIO_BENCH_DIR, RUNS, MESHFOLIO, GENERATE   as for run.sh
set -euo pipefail
cd "$(dirname "$0")/.."

size=${1:-10000}
commits=${2:-5000}
files=${3:-20}
runs=${RUNS:-3}
source benches/support/measure.sh
FLOORS=none programs
export MESHFOLIO=$meshfolio GENERATE=$generate RUNS=$runs MESHFOLIO_BENCH_DIR=$dir
mesh=$(mesh_of "$size")
ONLY=repository benches/history.sh "$mesh" "$commits"
benches/change.sh "$mesh" "$files" "$commits" | tee "$dir/change-table"
echo
benches/history.sh "$mesh" "$commits" | tee "$dir/history-table"
echo

# $1: what is judged, $2: what was measured, $3: the most that it may be. A goal that is missed is the exit code, but only
# when all are judged.
code=0
judge() {
  local word
  word=$(awk -v found="$2" -v most="$3" 'BEGIN { print found + 0 <= most + 0 && found != "" ? "kept" : "MISSED" }')
  printf '%-64s %6s  at most %-6s %s\n' "$1" "$2" "$3" "$word"
  [ "$word" = kept ] || code=1
}
# The number in a column of the row that begins so, counted from the end.
cell() { awk -v begin="$2" -v at="$3" 'index($0, begin) == 1 { print $(NF - at) }' "$dir/$1-table" | head -n 1; }

judge "diff of $files files: cpu beside that of a plain check" "$(cell change "diff main" 0)" 1.50
judge "diff of $files files: time beside that of a plain check" "$(cell change "diff main" 1)" 1.50
judge "second build: commits walked" "$(cell history again 0)" 0
judge "build after 20 more commits: commits walked" "$(cell history "after 20 more" 0)" 20
judge "second build: cpu of the log beside that of a check" \
  "$(awk -v again="$(cell history again 1)" -v none="$(cell history "build of a few" 1)" 'BEGIN { printf "%.2f", again - none }')" 0.10
exit "$code"
