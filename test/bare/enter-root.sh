#!/bin/sh
# enter-root.sh ROOT COMMAND...
# Runs in mount and PID namespaces of its own (unshare --mount --propagation private --pid --fork --kill-child): makes ROOT the
# root of all that follows. pivot_root(8) and not chroot(8): in a plain chroot runc cannot enter a container for `docker exec`.
set -eu
root=$1
shift
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --make-rprivate "$root/sys"
mount --rbind /dev "$root/dev"
mount --make-rprivate "$root/dev"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
cd "$root"
pivot_root . .
umount -l .
cd /
exec "$@"
