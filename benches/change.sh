#!/usr/bin/env bash
# Puts a mesh into a git repository, changes some files on a branch, and measures what judging the change costs beside a
# plain check. See benches/README.md.
# Usage: benches/change.sh [N|DIR] [FILES] [COMMITS]    (default: 10000 20 1)
#   COMMITS    more than 1: the branch goes out from the repository of so many commits that history.sh makes
#   COMMANDS   "diff check reviewers"
#   MESHFOLIO_BENCH_DIR, RUNS, MESHFOLIO, GENERATE   as for run.sh
set -euo pipefail
cd "$(dirname "$0")/.."

size=${1:-10000}
files=${2:-20}
commits=${3:-1}
runs=${RUNS:-3}
source benches/support/measure.sh
FLOORS=none programs
mesh=$(mesh_of "$size")
repository=$dir/change-${mesh##*/}-$files
if [ "$commits" -gt 1 ]; then repository=$repository-$commits; fi

git_here() {
  git -C "$repository" -c user.name=Team -c user.email=team@mesh.example -c commit.gpgSign=false -c gc.auto=0 "$@"
}

if [ ! -e "$repository/.git/complete" ]; then
  echo "making a branch of $files files over the mesh of ${mesh##*/}" >&2
  rm -rf "$repository"
  if [ "$commits" -gt 1 ]; then
    history=$dir/history-${mesh##*/}-$commits
    if [ ! -e "$history/.git/complete" ]; then ONLY=repository benches/history.sh "$mesh" "$commits"; fi
    git clone --quiet --branch main "$history" "$repository"
  else
    mkdir -p "$repository"
    cp -r "$mesh/registry" "$repository/"
    if [ -e "$mesh/meshfolio.yaml" ]; then cp "$mesh/meshfolio.yaml" "$repository/"; fi
    git_here init --quiet --initial-branch=main
    git_here add --all
    git_here commit --quiet -m import
    # As a clone has it: one pack.
    git_here repack -adq --depth=50
  fi
  git_here checkout --quiet -b topic
  # Contracts from the whole mesh, none with its minor version raised: a promise less, a column more, other words.
  (cd "$repository" && find registry -name '*.odcs.yaml' | LC_ALL=C sort) >"$dir/contracts"
  step=$(($(wc -l <"$dir/contracts") / files))
  awk -v step="$step" -v files="$files" 'step < 1 || (NR % step == 0 && ++n <= files)' "$dir/contracts" |
    while read -r path; do
      sed -i -e '0,/required: true/s//required: false/' -e '0,/^description:/s//# Changed.\n&/' "$repository/$path"
    done
  git_here commit --quiet --all -m change
  touch "$repository/.git/complete"
fi
n=$(git_here diff --name-only main topic | wc -l)

row() { printf '%-48s %9s %9s %9s %14s %13s\n' "$@"; }
mesh() { measure "$meshfolio" -C "$repository" --no-cache "$@"; }
row "${mesh##*/}, $n files changed, $(git_here rev-list --count main) commits" "wall s" "cpu s" "peak MB" "wall / check" "cpu / check"
read -r wall_check check peak < <(mesh check)
row "check" "$wall_check" "$check" "$peak" 1.00 1.00
for command in ${COMMANDS:-diff check reviewers}; do
  case $command in
  diff) args=(diff main) ;;
  check) args=(check --base main --new-only) ;;
  *) args=("$command" --base main) ;;
  esac
  read -r wall cpu peak < <(mesh "${args[@]}")
  row "${args[*]}" "$wall" "$cpu" "$peak" "$(ratio "$wall" "$wall_check")" "$(ratio "$cpu" "$check")"
done
