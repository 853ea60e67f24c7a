#!/usr/bin/env bash
# Puts a mesh into a git repository of many commits, and measures what its log costs a build: the first
# time, again, and after twenty more commits. See benches/README.md.
# Usage: benches/history.sh [N|DIR] [COMMITS]    (default: 10000 5000)
#   ONLY=repository   makes the repository and measures nothing
#   MESHFOLIO_BENCH_DIR, RUNS, MESHFOLIO, GENERATE   as for run.sh
set -euo pipefail
cd "$(dirname "$0")/.."

size=${1:-10000}
commits=${2:-5000}
runs=${RUNS:-3}
source benches/support/measure.sh
FLOORS=none programs
mesh=$(mesh_of "$size")
repository=$dir/history-${mesh##*/}-$commits

# A stream for `git fast-import`: commits that each change one to six descriptors, as people of ten teams; every tenth is
# a merge of two of them. $1: the number of the first, $2: how many, $3: the branch they go on from.
stream() {
  (cd "$repository" && find registry -name '*.yaml' | LC_ALL=C sort) |
    LC_ALL=C awk -v root="$repository" -v first="$1" -v number="$2" -v from="$3" '
      function random(n) { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) % n }
      function change(path, mark,   text, line) {
        text = ""
        while ((getline line < (root "/" path)) > 0) if (line !~ /^# change /) text = text line "\n"
        close(root "/" path)
        text = text "# change " mark "\n"
        printf "M 100644 inline %s\ndata %d\n%s\n", path, length(text), text
      }
      function commit(branch, mark) {
        printf "commit %s\nmark :%d\n", branch, mark
        printf "committer Team %d <team-%d@mesh.example> %d +0000\ndata 6\nchange\n", mark % 10, mark % 10, 1700000000 + mark * 3600
      }
      { files[n++] = $0 }
      END {
        seed = first
        last = from
        for (at = first; at < first + number; at++) {
          if (at % 10 == 9 && at > first) {
            commit("refs/heads/main", at * 2)
            printf "from :%d\nmerge :%d\n", last, side
            path = files[random(n)]
            change(sidepath, sidemark)
            last = at * 2
            continue
          }
          is_side = at % 10 == 8
          commit(is_side ? "refs/heads/side" : "refs/heads/main", at * 2)
          if (last ~ /^[0-9]+$/) printf "from :%d\n", last; else printf "from %s\n", last
          for (k = is_side ? 1 : 1 + random(6); k > 0; k--) {
            path = files[random(n)]
            change(path, at)
            if (is_side) { sidepath = path; sidemark = at }
          }
          if (is_side) side = at * 2; else last = at * 2
        }
      }' | git -C "$repository" fast-import --quiet --force
}

git_here() {
  git -C "$repository" -c user.name=Team -c user.email=team@mesh.example -c commit.gpgSign=false -c gc.auto=0 "$@"
}

if [ ! -e "$repository/.git/complete" ]; then
  echo "making $commits commits over the mesh of ${mesh##*/}" >&2
  rm -rf "$repository"
  mkdir -p "$repository"
  cp -r "$mesh/registry" "$repository/"
  if [ -e "$mesh/meshfolio.yaml" ]; then cp "$mesh/meshfolio.yaml" "$repository/"; fi
  git_here init --quiet --initial-branch=main
  git_here add --all
  GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000' git_here commit --quiet -m import
  stream 1 "$commits" refs/heads/main^0
  git_here repack -adq --depth=50
  touch "$repository/.git/complete"
fi
git_here branch -D --quiet side 2>/dev/null || true
if [ "${ONLY:-}" = repository ]; then exit 0; fi
start=$(git_here rev-parse main)
git_here reset --quiet --hard main

# The log is read for all files of the registry, whatever its roots: with a root of a few files the rest of a build costs
# next to nothing, and what remains is the log. The trend is left out: it judges the whole mesh at the end of each month.
export MESHFOLIO_CACHE=$dir/history-cache
printf 'mesh: {id: bench}\nroots: [registry/%s]\nsite: {trend: 0}\n' "$(cd "$repository/registry" && ls -d teams* | head -n 1)" >"$repository/.few.yaml"
row() { printf '%-34s %9s %9s %9s %13s %9s\n' "$@"; }
# How many commits the run that was measured last has walked.
walked() { sed -n 's/^ *History  \([0-9]*\) .*/\1/p' "$dir/stderr" | tail -n 1; }
build() { measure "$meshfolio" -C "$repository" --config .few.yaml "$@" build --allow-errors --out "$dir/site"; }
row "${mesh##*/}, $commits commits" "wall s" "cpu s" "peak MB" "cpu / check" "walked"

read -r wall check peak < <(measure "$meshfolio" -C "$repository" --no-cache check)
row "check of the whole mesh" "$wall" "$check" "$peak" 1.00 -

mv "$repository/.git" "$repository.git"
read -r wall none peak < <(build)
mv "$repository.git" "$repository/.git"
row "build of a few files, without git" "$wall" "$none" "$peak" "$(ratio "$none" "$check")" -

read -r wall cpu peak < <(build --no-cache -v)
row "with the whole log" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "$check")" "$(walked)"

rm -rf "$MESHFOLIO_CACHE"
"$meshfolio" -C "$repository" --config .few.yaml -q build --allow-errors --out "$dir/site" >/dev/null
read -r wall cpu peak < <(build -v)
row "again" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "$check")" "$(walked)"

stream "$((commits + 1))" 20 refs/heads/main^0
git_here reset --quiet --hard main
runs=1
read -r wall cpu peak < <(build -v)
row "after 20 more commits" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "$check")" "$(walked)"
git_here reset --quiet --hard "$start"

# What git itself needs for the same walk, its output thrown away.
read -r wall cpu peak < <(measure git -C "$repository" log --name-status --no-renames --format=%H main -- registry)
row "git log --name-status" "$wall" "$cpu" "$peak" "$(ratio "$cpu" "$check")" -
rm -rf "$dir/site" "$MESHFOLIO_CACHE"
