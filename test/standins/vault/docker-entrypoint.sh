#!/bin/sh
# The official image takes `server ...` as well as `vault server ...`.
set -eu
[ "${1:-}" = vault ] && shift
exec vault "$@"
