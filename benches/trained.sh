#!/usr/bin/env bash
# Builds a binary that is optimised for what it does (profile-guided optimisation): it is built once with counters, checks
# and builds a mesh, and is built again with what was counted. See benches/README.md, "A trained binary".
# Usage: benches/trained.sh [PROFILE]     (default: release; dist takes about twice as long)
#   MESHFOLIO_BENCH_DIR  folder for the mesh; kept, and used again by the next run
#   LLVM_PROFDATA        the tool that joins profiles, of the version of LLVM that `rustc -vV` names (default: that of
#                        `rustup component add llvm-tools`)
#   GENERATE             a program to use instead of building the one that writes meshes
# Both builds are below target/trained/, whatever CARGO_TARGET_DIR is; the binary is target/trained/meshfolio.
set -euo pipefail
cd "$(dirname "$0")/.."

profile=${1:-release}
host=$(rustc -vV | sed -n 's/^host: //p')
profdata=${LLVM_PROFDATA:-$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata}
if ! command -v "$profdata" >/dev/null; then
  echo "there is no $profdata: run \`rustup component add llvm-tools\`, or name the tool in LLVM_PROFDATA" >&2
  exit 2
fi
out=$PWD/target/trained
rm -rf "$out/raw" "$out/site"
mkdir -p "$out/raw"

source benches/support/measure.sh
# Only the generator is needed of the programs that measurements use.
MESHFOLIO=none FLOORS=none programs
mesh=$(mesh_of 1000)

build() {
  RUSTFLAGS="${RUSTFLAGS:-} $1" cargo build --locked --profile "$profile" --target "$host" --target-dir "$out"
  built=$out/$host/$profile/meshfolio
}

build "-Cprofile-generate=$out/raw"
# Findings are no failure.
counted() { "$built" "$@" >/dev/null 2>&1 || test $? -eq 1; }
for_all() {
  counted -C "$1" --no-cache check
  counted -C "$1" --no-cache build --out "$out/site"
  counted -C "$1" --no-cache search "order email"
  rm -rf "$out/site"
}
for_all "$mesh"
for_all .
# A lean site folds contracts into the pages of their products.
rm -rf "$out/lean"
cp -a "$mesh" "$out/lean"
echo 'site: {lean: true}' >>"$out/lean/meshfolio.yaml"
for_all "$out/lean"
rm -rf "$out/lean"

"$profdata" merge -o "$out/counted.profdata" "$out"/raw/*.profraw
rm -rf "$out/raw"
build "-Cprofile-use=$out/counted.profdata -Cllvm-args=-pgo-warn-missing-function=0"
cp "$built" "$out/meshfolio"
echo "$out/meshfolio"
