#!/usr/bin/env bash
# Kills builds at random moments and looks at what stands there: always one whole site, the one before or the new one.
# See benches/README.md. Usage: benches/kill.sh [KILLS] [DIR]    (default: 500, the registry of this repository)
#   SEED              of the moments (default 1)
#   MESHFOLIO         program to use instead of building it
set -euo pipefail
cd "$(dirname "$0")/.."

kills=${1:-500}
mesh=${2:-$PWD}
RANDOM=${SEED:-1}
meshfolio=${MESHFOLIO:-$(cargo build --release --quiet --message-format json |
  sed -n 's/.*"executable":"\([^"]*\/meshfolio\)".*/\1/p' | tail -n 1)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Two registries that differ on every page: in the name of the mesh.
for name in one two; do
  mkdir "$work/$name"
  cp -R "$mesh/registry" "$mesh/meshfolio.yaml" "$work/$name/"
  if [ -d "$mesh/observations" ]; then cp -R "$mesh/observations" "$work/$name/"; fi
  sed -i.bak "s/^  name: .*/  name: Mesh $name here/" "$work/$name/meshfolio.yaml"
  grep -q "Mesh $name here" "$work/$name/meshfolio.yaml"
done
site=$work/public/site
build() { "$meshfolio" -C "$work/$1" --no-cache build --allow-errors --today 2026-11-21 --out "$site" >/dev/null 2>&1; }

# Prints how many pages are of which registry, and how many files there are.
seen() {
  printf '%s %s %s' "$(grep -rl --include='*.html' 'Mesh one here' "$site" | wc -l)" \
    "$(grep -rl --include='*.html' 'Mesh two here' "$site" | wc -l)" "$(find "$site" -type f | wc -l)"
}

mkdir "$work/public"
begin=$(date +%s%N)
build one
milliseconds=$((($(date +%s%N) - begin) / 1000000))
read -r n_pages _ n_files <<<"$(seen)"
build two
read -r none all files <<<"$(seen)"
if [ "$n_pages" -lt 1 ] || [ "$none $all $files" != "0 $n_pages $n_files" ]; then
  echo "the two sites cannot be told apart" >&2
  exit 2
fi

n_old=0 n_new=0 n_wrong=0 n_ended=0
before=two
for ((kill = 0; kill < kills; kill++)); do
  next=one
  if [ "$before" = one ]; then next=two; fi
  "$meshfolio" -C "$work/$next" --no-cache build --allow-errors --today 2026-11-21 --out "$site" >/dev/null 2>&1 &
  pid=$!
  # Half of the moments lie anywhere, half near the end, where the new site takes its place.
  if ((RANDOM % 2)); then
    wait_ms=$((RANDOM * milliseconds / 32768))
  else
    wait_ms=$((milliseconds * 8 / 10 + RANDOM * (milliseconds * 4 / 10) / 32768))
  fi
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  # The end comes sooner or later than it did before, as the machine has more or less to do.
  if kill -9 "$pid" 2>/dev/null; then
    milliseconds=$((milliseconds + milliseconds / 50 + 1))
  else
    n_ended=$((n_ended + 1))
    milliseconds=$((milliseconds - milliseconds / 12))
  fi
  wait "$pid" 2>/dev/null || true
  found=$(seen)
  case $found in
    "$n_pages 0 $n_files") now=one ;;
    "0 $n_pages $n_files") now=two ;;
    *)
      echo "kill $kill after $wait_ms ms of the build of \"$next\": pages of one, of two, files: $found of $n_pages, $n_files" >&2
      n_wrong=$((n_wrong + 1))
      now=$before
      ;;
  esac
  if [ "$now" = "$next" ]; then n_new=$((n_new + 1)); else n_old=$((n_old + 1)); fi
  before=$now
done

# The next build works, and what killed ones left beside the site is gone.
build one
found=$(seen)
litter=$(find "$work/public" -mindepth 1 -maxdepth 1 ! -name site ! -name '*.lock' | wc -l)
echo "$kills kills, $n_ended of them after the end: $n_old times the site before, $n_new times the new one, $n_wrong times neither"
echo "the next build: $found ($n_pages pages, $n_files files wanted); $litter left beside the site"
[ "$n_wrong" = 0 ] && [ "$found" = "$n_pages 0 $n_files" ] && [ "$litter" = 0 ]
