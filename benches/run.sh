#!/usr/bin/env bash
# Measures the floors and `meshfolio` on synthetic meshes and prints the ratios of the goals.
# See benches/README.md. Usage: benches/run.sh [N...]        (default: 1000 10000)
#   MESHFOLIO_BENCH_DIR  folder for the meshes; kept, and used again by the next run
#   RUNS                 runs of each measurement, of which the median counts (default 5)
#   COMMANDS             what of `meshfolio` to measure (default: "check"; also "build")
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
if [ ${#sizes[@]} -eq 0 ]; then sizes=(1000 10000); fi
runs=${RUNS:-5}
read -r -a commands <<<"${COMMANDS:-check}"

# A mesh of 10,000 products and its site need about 1 GB.
if [ -n "${MESHFOLIO_BENCH_DIR:-}" ]; then
  dir=$MESHFOLIO_BENCH_DIR
  mkdir -p "$dir"
else
  base=${TMPDIR:-/tmp}
  if [ -d /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 2000000 ]; then base=/dev/shm; fi
  dir=$(mktemp -d "$base/meshfolio-bench.XXXXXX")
  trap 'rm -rf "$dir"' EXIT
fi

echo "building" >&2
cargo build --release --quiet
# The paths of the programs, as cargo tells them.
program() {
  cargo bench --quiet --no-run --bench "$1" --message-format json |
    sed -n 's/.*"name":"'"$1"'".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
}
generate=$(program generate)
floors=$(program floors)
meshfolio=$(cargo build --release --quiet --message-format json |
  sed -n 's/.*"executable":"\([^"]*\/meshfolio\)".*/\1/p' | tail -n 1)

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

# Prints "wall cpu peak-MB" of one run of a command. An exit code other than 0 and 1 (findings)
# ends everything: figures of a program that fails are worth nothing.
measure_once() {
  local times code=0 peak=0
  if [ -x /usr/bin/time ] && /usr/bin/time -f '%M' true 2>/dev/null; then
    TIMEFORMAT='%R %U %S'
    times=$({ time /usr/bin/time -q -o "$dir/peak" -f '%M' "$@" >/dev/null 2>"$dir/stderr"; } 2>&1) || code=$?
    peak=$(tail -n 1 "$dir/peak")
  else
    TIMEFORMAT='%R %U %S'
    times=$({ time polled "$@" >/dev/null 2>"$dir/stderr"; } 2>&1) || code=$?
    peak=$(cat "$dir/peak")
  fi
  if [ "$code" -gt 1 ]; then
    echo "failed with $code: $*" >&2
    cat "$dir/stderr" >&2
    exit 2
  fi
  awk -v times="$times" -v peak="${peak:-0}" \
    'BEGIN { split(times, t, " "); printf "%.3f %.3f %.1f\n", t[1], t[2] + t[3], peak * 1024 / 1e6 }'
}

# Without GNU time: runs a command and polls its peak memory (kB) from /proc; the polling costs a
# little cpu, which is counted.
polled() {
  "$@" &
  local pid=$! now
  echo 0 >"$dir/peak"
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    if [ -n "$now" ]; then echo "$now" >"$dir/peak"; fi
    sleep 0.02
  done
  wait "$pid"
}

# Prints "wall cpu peak-MB", each the median of all runs.
measure() {
  local lines="" index
  for ((index = 0; index < runs; index++)); do
    rm -rf "$dir/site" # a site that is there already is cheaper to build again
    lines+="$(measure_once "$@")"$'\n'
  done
  printf '%s %s %s\n' \
    "$(printf '%s' "$lines" | awk '{ print $1 }' | median)" \
    "$(printf '%s' "$lines" | awk '{ print $2 }' | median)" \
    "$(printf '%s' "$lines" | awk '{ print $3 }' | median)"
}

row() { printf '%-8s %-22s %9s %9s %9s %11s\n' "$@"; }

# The arguments of one command of meshfolio on one mesh. `--no-cache`: every run is a cold one.
arguments() {
  case $1 in
    build) echo "-C $2 --no-cache build --out $dir/site" ;;
    *) echo "-C $2 --no-cache $1" ;;
  esac
}

declare -A f2_cpu wall_of cpu_of
row products what "wall s" "cpu s" "peak MB" "cpu / f2"
for size in "${sizes[@]}"; do
  mesh=$dir/mesh-$size
  # A mesh that was not finished has no mark; the folder is ours, so it may be written again.
  if [ ! -e "$mesh/.complete" ]; then
    rm -rf "$mesh"
    "$generate" "$size" "$mesh" >"$dir/generated-$size"
    touch "$mesh/.complete"
  fi
  found=$("$floors" "$mesh" --threads 2 --runs "$runs")
  f2_cpu[$size]=$(awk '$1 == "f2" && $2 != "found" { print $5 }' <<<"$found")
  while read -r stage _ _ wall cpu peak; do
    row "$size" "$stage" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "${f2_cpu[$size]}")"
    wall_of[$stage-$size]=$wall
    cpu_of[$stage-$size]=$cpu
  done < <(awk '$1 == "f1" || $1 == "parse" || ($1 == "f2" && $2 != "found")' <<<"$found")
  for command in "${commands[@]}"; do
    # Until the command exists there is nothing to measure; a bare `main` ignores its arguments.
    if ! "$meshfolio" "$command" --help 2>/dev/null | grep -q .; then
      echo "meshfolio has no \`$command\` yet" >&2
      continue
    fi
    for threads in 1 2; do
      read -r -a words <<<"$(arguments "$command" "$mesh")"
      read -r wall cpu peak < <(RAYON_NUM_THREADS=$threads measure "$meshfolio" "${words[@]}")
      row "$size" "$command, $threads thread(s)" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "${f2_cpu[$size]}")"
      wall_of[$command-$threads-$size]=$wall
      cpu_of[$command-$threads-$size]=$cpu
    done
  done
done

echo
first=${sizes[0]}
last=${sizes[${#sizes[@]} - 1]}
for command in "${commands[@]}"; do
  if [ -z "${wall_of[$command-2-$last]:-}" ]; then continue; fi
  echo "$command: cpu / f2 cpu at $last: $(ratio "${cpu_of[$command-2-$last]}" "${f2_cpu[$last]}")"
  echo "$command: wall of one thread / wall of two at $last:" \
    "$(ratio "${wall_of[$command-1-$last]}" "${wall_of[$command-2-$last]}")"
  if [ "$first" != "$last" ]; then
    echo "$command: wall at $last / wall at $first:" \
      "$(ratio "${wall_of[$command-2-$last]}" "${wall_of[$command-2-$first]}")"
  fi
done
if [ "$first" != "$last" ]; then
  echo "f2: cpu at $last / cpu at $first: $(ratio "${f2_cpu[$last]}" "${f2_cpu[$first]}")"
fi
