#!/bin/sh
# launch-engine.sh PROCS_FILE COMMAND...
# Runs in a mount namespace of its own (unshare --mount --propagation slave): what is mounted here and by the engine
# is gone when the last of its processes is, however they ended.
set -eu
# From here on every descendant is in this control group, where the clean-up finds it.
echo $$ >"$1"
shift
# containerd's shims put their sockets here, outside any directory that can be configured.
mkdir -p /run/containerd
mount -t tmpfs -o mode=0711 tmpfs /run/containerd
# A containerd beside the engine, as distributions have it; it ends with the control group.
if [ -n "${AIRGAP_CONTAINERD:-}" ]; then
  containerd --config "$AIRGAP_CONTAINERD" &
  for _ in $(seq 100); do [ -S /run/containerd/containerd.sock ] && break; sleep 0.1; done
fi
exec "$@"
