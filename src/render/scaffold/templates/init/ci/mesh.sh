#!/bin/sh
# Checks the registry: `sh ci/mesh.sh`. Builds the catalog too: `sh ci/mesh.sh build`.
# Call it from your pipeline, on an image with Rust such as rust:1-slim:
#
#   Bitbucket (bitbucket-pipelines.yml)
#     pipelines:
#       pull-requests:
#         "**":
#           - step: {image: "rust:1-slim", script: [sh ci/mesh.sh]}
#   Azure (azure-pipelines.yml)
#     steps:
#       - script: sh ci/mesh.sh
#   Gitea (.gitea/workflows/mesh.yml)
#     - run: sh ci/mesh.sh
#
# `meshfolio check --format junit` writes a report that most of them can show.
set -eu

if ! command -v meshfolio >/dev/null 2>&1; then
  cargo install meshfolio --locked --version "{{ tool_version }}"
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi

meshfolio check
if [ "${1:-check}" = build ]; then
  meshfolio build
fi
