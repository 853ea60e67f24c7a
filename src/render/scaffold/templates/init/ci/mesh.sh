#!/bin/sh
# Checks the registry: `sh ci/mesh.sh`. Builds the catalog too: `sh ci/mesh.sh build`.
# In a pull request it judges the change: compared with the branch that it is for, reported is only what it brings in.
# Set `MESHFOLIO` there to the repository that the tool comes from, and `MESHFOLIO_REV` to the commit that you trust.
# Call it from your pipeline, on an image with Rust and git such as rust:1, with the whole history:
#
#   Bitbucket (bitbucket-pipelines.yml)
#     clone: {depth: full}
#     pipelines:
#       pull-requests:
#         "**":
#           - step: {image: "rust:1", script: [sh ci/mesh.sh]}
#   Azure (azure-pipelines.yml)
#     steps:
#       - checkout: self
#         fetchDepth: 0
#       - script: sh ci/mesh.sh
#   Gitea (.gitea/workflows/mesh.yml)
#     - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
#       with: {fetch-depth: 0}
#     - run: sh ci/mesh.sh
#
# Anywhere else MESH_BASE names the revision to compare with. `meshfolio check --format junit` writes a report that most
# of them can show, `meshfolio diff --format markdown` the text of a comment.
set -eu

if ! command -v meshfolio >/dev/null 2>&1; then
  # A name in a registry of crates may be a stranger's: say which repository the tool comes from, and which commit you trust.
  cargo install --locked --git "${MESHFOLIO:?set it to the repository of meshfolio}" \
    --rev "${MESHFOLIO_REV:?set it to the commit of meshfolio to use}"
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi

base=${MESH_BASE:-}
if [ -z "$base" ] && [ -n "${BITBUCKET_PR_DESTINATION_BRANCH:-}" ]; then
  # Bitbucket clones the branch of the pull request alone.
  git fetch -q origin "+refs/heads/$BITBUCKET_PR_DESTINATION_BRANCH:refs/remotes/origin/$BITBUCKET_PR_DESTINATION_BRANCH"
  base=origin/$BITBUCKET_PR_DESTINATION_BRANCH
elif [ -z "$base" ] && [ -n "${SYSTEM_PULLREQUEST_TARGETBRANCH:-}" ]; then
  base=origin/${SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}
elif [ -z "$base" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then
  base=origin/$GITHUB_BASE_REF
fi

if [ -n "$base" ]; then
  meshfolio check --base "$base" --new-only
else
  meshfolio check
fi
if [ "${1:-check}" = build ]; then
  meshfolio build
fi
