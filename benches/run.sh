#!/usr/bin/env bash
# Measures the floors and `meshfolio` on synthetic meshes and prints the ratios of the goals.
# See benches/README.md. Usage: benches/run.sh [N|DIR...]    (default: 1000 10000)
#   MESHFOLIO_BENCH_DIR  folder for the meshes; kept, and used again by the next run
#   RUNS                 runs of each measurement, of which the median counts (default 5)
#   COMMANDS             what of `meshfolio` to measure (default: "check"; also "build")
#   MESHFOLIO, GENERATE, FLOORS   programs to use instead of building them
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
if [ ${#sizes[@]} -eq 0 ]; then sizes=(1000 10000); fi
runs=${RUNS:-5}
read -r -a commands <<<"${COMMANDS:-check}"

source benches/support/measure.sh
programs

# A folder is shown by its name.
row() { printf '%-8s %-22s %9s %9s %9s %11s\n' "${1##*/}" "${@:2}"; }

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
  mesh=$(mesh_of "$size")
  # F3 writes a whole site each time; only a build is measured against it.
  stages=f1,parse,f2
  if [[ " ${commands[*]} " == *" build "* ]]; then stages+=,f3; fi
  found=$("$floors" "$mesh" --threads 2 --runs "$runs" --only "$stages" --out "$dir")
  f2_cpu[$size]=$(awk '$1 == "f2" && $2 != "found" { print $5 }' <<<"$found")
  while read -r stage _ _ wall cpu peak; do
    row "$size" "$stage" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "${f2_cpu[$size]}")"
    wall_of[$stage-$size]=$wall
    cpu_of[$stage-$size]=$cpu
  done < <(awk '$1 == "f1" || $1 == "parse" || ($1 ~ /^f[23]$/ && $2 ~ /^[0-9]+$/)' <<<"$found")
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
    if [ "$command" = build ]; then
      read -r n_pages megabytes < <(pages)
      rm -rf "$dir/site"
      echo "build wrote $n_pages pages of $megabytes MB; $(sed -n 's/^f3 wrote/F3/p' <<<"$found")"
    fi
  done
done

echo
first=${sizes[0]}
last=${sizes[${#sizes[@]} - 1]}
for command in "${commands[@]}"; do
  if [ -z "${wall_of[$command-2-$last]:-}" ]; then continue; fi
  echo "$command: cpu / f2 cpu at ${last##*/}: $(ratio "${cpu_of[$command-2-$last]}" "${f2_cpu[$last]}")"
  if [ "$command" = build ]; then
    both=$(awk -v a="${f2_cpu[$last]}" -v b="${cpu_of[f3-$last]}" 'BEGIN { print a + b }')
    echo "build: cpu / cpu of f2 and f3 at ${last##*/}: $(ratio "${cpu_of[build-2-$last]}" "$both")"
  fi
  echo "$command: wall of one thread / wall of two at ${last##*/}:" \
    "$(ratio "${wall_of[$command-1-$last]}" "${wall_of[$command-2-$last]}")"
  if [ "$first" != "$last" ]; then
    echo "$command: wall at ${last##*/} / wall at ${first##*/}:" \
      "$(ratio "${wall_of[$command-2-$last]}" "${wall_of[$command-2-$first]}")"
  fi
done
if [ "$first" != "$last" ]; then
  echo "f2: cpu at ${last##*/} / cpu at ${first##*/}: $(ratio "${f2_cpu[$last]}" "${f2_cpu[$first]}")"
fi
