#!/usr/bin/env bash
# Measures what 100 policies cost: `check` of a mesh without and with them, in turns. The goal is at most twice the cpu.
# See benches/README.md. Usage: benches/policies.sh [N|DIR...]    (default: 1000 10000)
#   MESHFOLIO_BENCH_DIR, RUNS, MESHFOLIO, GENERATE    as for run.sh
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
if [ ${#sizes[@]} -eq 0 ]; then sizes=(1000 10000); fi
runs=${RUNS:-5}

source benches/support/measure.sh
FLOORS=${FLOORS:-none}
programs

# Ten rules, each ten times: four look at one field or list, six go through all columns, one reads the files of neighbours.
rules=(
  'DataProduct|size(product.support) > 0'
  'DataProduct|stated(product.description) && stated(product.description.purpose)'
  'DataProduct|product.inputs.all(i, i.contract == null || i.contract.status != '"'draft'"')'
  'DataProduct|product.contracts.all(c, c.slaProperties.exists(s, stated(s.property)))'
  'DataContract|contract.columns.all(c, stated(c.name) && size(c.name) > 0)'
  'DataContract|size(contract.columns.filter(c, c.classification in ['"'personal', 'sensitive'"'])) == 0 || size(contract.roles) >= 0'
  'DataContract|contract.columns.all(c, c.name.matches('"'^[a-z][a-z0-9_]*\$'"'))'
  'DataContract|contract.schema.all(o, o.properties.exists(p, p.primaryKey == true || stated(p.logicalType)))'
  'DataContract|contract.slaProperties.all(s, stated(s.property))'
  'DataContract|!contract.columns.exists(c, c.name.contains('"'secret'"') && c.classification == '"'public'"')'
)

write_policies() {
  mkdir -p "$1/registry/bench-policies"
  for number in $(seq 0 99); do
    local rule=${rules[$((number % 10))]}
    cat >"$1/registry/bench-policies/policy-$number.yaml" <<EOF
apiVersion: meshfolio/v1
kind: Policy
id: policy-$number
severity: info
scope: {kinds: [${rule%%|*}]}
validations:
  - expression: >-
      ${rule#*|}
    message: rule $number
EOF
  done
}

row() { printf '%-8s %-22s %9s %9s %9s\n' "${1##*/}" "${@:2}"; }

row products what "wall s" "cpu s" "peak MB"
for size in "${sizes[@]}"; do
  mesh=$(mesh_of "$size")
  trap 'rm -rf "$mesh/registry/bench-policies"' EXIT
  for threads in 1 2; do
    rm -rf "$mesh/registry/bench-policies"
    read -r wall cpu peak < <(RAYON_NUM_THREADS=$threads measure "$meshfolio" -C "$mesh" --no-cache check)
    row "$size" "check, $threads thread(s)" "$wall" "$cpu" "$peak"
    write_policies "$mesh"
    read -r wall_with cpu_with peak_with < <(RAYON_NUM_THREADS=$threads measure "$meshfolio" -C "$mesh" --no-cache check)
    row "$size" "with 100 policies" "$wall_with" "$cpu_with" "$peak_with"
    echo "cpu: $(ratio "$cpu_with" "$cpu") times the check without them (goal: at most 2)"
  done
  rm -rf "$mesh/registry/bench-policies"
done
