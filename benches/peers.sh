#!/usr/bin/env bash
# Compares `meshfolio` with tools that do a part of its work, on the same mesh, on this machine, in one run.
# See benches/README.md. Usage: benches/peers.sh [N|DIR...]  (default: 1000)
#   MESHFOLIO_BENCH_DIR  folder for meshes and what is made of them; kept, and used again by the next run
#   RUNS                 runs of each measurement, of which the median counts (default 3)
#   SAMPLE               contracts for the tools that take long for each (default 60)
#   PEERS                which peers (default: "ajv check-jsonschema datacontract hugo zola")
#   ODCS_SCHEMA          a JSON Schema of ODCS for the validators (default: that of `meshfolio schema DataContract`)
#   MESHFOLIO, GENERATE, FLOORS   programs to use instead of building them
# Nothing is installed: a peer that is not on the PATH is left out.
set -euo pipefail
cd "$(dirname "$0")/.."

meshes=("$@")
if [ ${#meshes[@]} -eq 0 ]; then meshes=(1000); fi
runs=${RUNS:-3}
sample=${SAMPLE:-60}
read -r -a peers <<<"${PEERS:-ajv check-jsonschema datacontract hugo zola}"
source benches/support/measure.sh
programs
# A peer that finds a mistake in a mesh without one, or fails, has done something else than was asked.
allowed=0

has() {
  if [[ " ${peers[*]} " != *" $1 "* ]]; then return 1; fi
  if ! command -v "$1" >/dev/null; then
    echo "$1 is not installed: left out" >&2
    return 1
  fi
}

# Measures a command and prints its row: what, of how many things, "wall cpu peak", time of one thing in ms and that of one
# thing of `meshfolio`. Leaves the time of one thing in $each and the wall in $wall.
compare() {
  local what=$1 things=$2 cpu peak
  shift 2
  if ! read -r wall cpu peak < <(measure "$@"); then
    echo "$what failed: left out" >&2
    return 1
  fi
  if [ -s "$dir/seconds" ]; then wall=$(median <"$dir/seconds"); fi
  each=$(awk -v wall="$wall" -v things="$things" 'BEGIN { printf "%.3f", wall * 1000 / things }')
  row "$what" "$things" "$wall" "$cpu" "$peak" "$each" "$(ratio "$each" "${ours:-$each}")"
}
row() { printf '%-30s %8s %9s %9s %9s %10s %11s\n' "$@"; }

# The contracts alone, in a folder of their own: the validators see nothing else. The rules that ask for the rest of the mesh
# are off; references are looked up all the same.
contracts_of() {
  local to=$dir/contracts-$2
  if [ ! -e "$to/.complete" ]; then
    rm -rf "$to"
    mkdir -p "$to"
    (cd "$1" && find registry -name '*.odcs.yaml' -print0 | tar -c --null -T - | tar -x -C "$to")
    printf 'roots: [registry]\ncheck:\n  levels: {GOV002: off, REF002: off, REF003: off}\n' >"$to/meshfolio.yaml"
    touch "$to/.complete"
  fi
  echo "$to"
}

# A schema that takes the contracts of every version: ours is of one `apiVersion`, and the newest has all fields.
schema() {
  if [ -n "${ODCS_SCHEMA:-}" ]; then
    cp "$ODCS_SCHEMA" "$dir/odcs.json"
  else
    "$meshfolio" schema DataContract --api-version v3.2.0 |
      awk '!done && sub(/"const": "v3.2.0"/, "\"enum\": [\"v3.1.0\", \"v3.2.0\"]") { done = 1 } 1' >"$dir/odcs.json"
  fi
  case $(grep -m 1 '"$schema"' "$dir/odcs.json") in
    *2020-12*) spec=draft2020 ;;
    *2019-09*) spec=draft2019 ;;
    *) spec=draft7 ;;
  esac
}

# The library in one process; it counts its own time, without that of starting Python.
in_process() {
  cat >"$dir/lint.py" <<'PYTHON'
import sys, time
from datacontract.data_contract import DataContract
before = time.perf_counter()
for path in sys.argv[2:]:
    run = DataContract(data_contract_file=path).lint()
    if run.result != "passed":
        sys.exit(f"{path}: {run.result}")
with open(sys.argv[1], "a") as file:
    file.write(f"{time.perf_counter() - before:.3f}\n")
PYTHON
  # The interpreter of the tool is the one beside it.
  compare "datacontract lint, one process" "$1" "$(dirname "$(command -v datacontract)")/python" "$dir/lint.py" \
    "$dir/seconds" "${@:2}" || true
  rm -f "$dir/seconds"
}

ratios=()
note() { ratios+=("$1: $(ratio "$2" "$3")"); }

for what in "${meshes[@]}"; do
  mesh=$(mesh_of "$what")
  size=$(find "$mesh/registry" -name 'product.odps.yaml' | wc -l)
  echo "== $size products"
  contracts=$(contracts_of "$mesh" "$size")
  schema
  mapfile -t files < <(find "$contracts/registry" -name '*.odcs.yaml' | sort)
  # Every so many of all, so that the sample is of all domains.
  picked=()
  step=$(((${#files[@]} + sample - 1) / sample))
  for ((index = 0; index < ${#files[@]}; index += step)); do picked+=("${files[$index]}"); done
  ours=
  row "contracts" files "wall s" "cpu s" "peak MB" "ms a file" "/ meshfolio"
  compare "meshfolio check" "${#files[@]}" "$meshfolio" -C "$contracts" --no-cache check
  ours=$each
  ours_wall=$wall
  if has ajv; then
    if compare "ajv validate" "${#files[@]}" ajv validate --spec=$spec --strict=false --validate-formats=false \
      -s "$dir/odcs.json" -d "$contracts/registry/**/*.odcs.yaml"; then
      note "check of $size: wall / ajv" "$ours_wall" "$wall"
    fi
  fi
  if has check-jsonschema; then
    compare "check-jsonschema" "${#picked[@]}" check-jsonschema --schemafile "$dir/odcs.json" "${picked[@]}" || true
  fi
  if has datacontract; then
    in_process "${#picked[@]}" "${picked[@]}"
    compare "datacontract lint, as a command" 3 bash -c 'for path; do datacontract lint "$path" || exit; done' \
      one-by-one "${picked[@]:0:3}" || true
  fi

  if ! has hugo && ! has zola; then continue; fi
  content=$dir/markdown-$size
  if [ ! -e "$content/.complete" ]; then
    rm -rf "$content"
    "$generate" "$mesh" --markdown "$content" >"$dir/markdown-of-$size"
    touch "$content/.complete"
  fi
  ours=
  row "site" products "wall s" "cpu s" "peak MB" "ms each" "/ meshfolio"
  compare "meshfolio build" "$size" "$meshfolio" -C "$mesh" --no-cache build --out "$dir/site"
  ours=$each
  ours_wall=$wall
  wrote="meshfolio $(pages)"
  # A lean site is nearer to what the peers write: a contract stands on the page of its product, and there are no twins.
  lean=$dir/lean-$size
  rm -rf "$lean" "$dir/site"
  cp -al "$mesh" "$lean"
  rm "$lean/meshfolio.yaml"
  { cat "$mesh/meshfolio.yaml" && echo 'site: {lean: true}'; } >"$lean/meshfolio.yaml"
  compare "meshfolio build, lean" "$size" "$meshfolio" -C "$lean" --no-cache build --out "$dir/site"
  lean_wall=$wall
  wrote+=", lean $(pages)"
  rm -rf "$lean" "$dir/site"
  if has hugo && compare "hugo" "$size" hugo --quiet --source "$content" --destination "$dir/site" --noBuildLock; then
    note "build of $size: wall / hugo" "$ours_wall" "$wall"
    note "lean build of $size: wall / hugo" "$lean_wall" "$wall"
    wrote+=", hugo $(pages)"
  fi
  if has zola && compare "zola" "$size" zola --root "$content" build --output-dir "$dir/site" --force; then
    note "build of $size: wall / zola" "$ours_wall" "$wall"
    note "lean build of $size: wall / zola" "$lean_wall" "$wall"
    wrote+=", zola $(pages)"
  fi
  rm -rf "$dir/site"
  echo "pages and MB of HTML: $wrote"
done

echo
if [ ${#ratios[@]} -gt 0 ]; then printf '%s\n' "${ratios[@]}"; fi
