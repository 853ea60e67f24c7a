#!/usr/bin/env bash
# Shared by run.sh and peers.sh, which source it from the root of the repository: where meshes are, and how a command is
# measured. Takes $runs; sets $dir and, after `programs`, $meshfolio, $generate and $floors.

# A mesh of 10,000 products and its site need about 2 GB, the content of the peers and theirs a little more.
if [ -n "${MESHFOLIO_BENCH_DIR:-}" ]; then
  dir=$MESHFOLIO_BENCH_DIR
  mkdir -p "$dir"
else
  base=${TMPDIR:-/tmp}
  if [ -d /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 4000000 ]; then base=/dev/shm; fi
  dir=$(mktemp -d "$base/meshfolio-bench.XXXXXX")
  trap 'rm -rf "$dir"' EXIT
fi

# The path of a program, as cargo tells it.
bench_program() {
  cargo bench --quiet --no-run --bench "$1" --message-format json |
    sed -n 's/.*"name":"'"$1"'".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
}

# Builds what was not given: MESHFOLIO, GENERATE and FLOORS may name programs that are there already.
programs() {
  echo "building" >&2
  generate=${GENERATE:-$(bench_program generate)}
  floors=${FLOORS:-$(bench_program floors)}
  meshfolio=${MESHFOLIO:-$(cargo build --release --quiet --message-format json |
    sed -n 's/.*"executable":"\([^"]*\/meshfolio\)".*/\1/p' | tail -n 1)}
}

# Prints the folder of the mesh that an argument means: a folder that holds one, or a number of products.
mesh_of() {
  if [ -d "$1/registry" ]; then
    (cd "$1" && pwd)
    return
  fi
  # A mesh that was not finished has no mark; the folder is ours, so it may be written again.
  if [ ! -e "$dir/mesh-$1/.complete" ]; then
    rm -rf "$dir/mesh-$1"
    "$generate" "$1" "$dir/mesh-$1" >"$dir/generated-$1"
    touch "$dir/mesh-$1/.complete"
  fi
  echo "$dir/mesh-$1"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

# Prints "wall cpu peak-MB" of one run of a command. An exit code above $allowed (1, findings, if not said) ends everything:
# figures of a program that fails are worth nothing.
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
  if [ "$code" -gt "${allowed:-1}" ]; then
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
  local lines="" index one
  for ((index = 0; index < runs; index++)); do
    rm -rf "$dir/site" # a site that is there already is cheaper to build again
    one=$(measure_once "$@") || return 2
    lines+=$one$'\n'
  done
  printf '%s %s %s\n' \
    "$(printf '%s' "$lines" | awk '{ print $1 }' | median)" \
    "$(printf '%s' "$lines" | awk '{ print $2 }' | median)" \
    "$(printf '%s' "$lines" | awk '{ print $3 }' | median)"
}

# Prints "N MB": how many pages of HTML the site has, and their size.
pages() {
  find "$dir/site" -name '*.html' -exec ls -ln {} + | awk '{ bytes += $5 } END { printf "%d %.1f\n", NR, bytes / 1e6 }'
}
