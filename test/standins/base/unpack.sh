#!/bin/sh
# unpack-packages [--with-dependencies] ROOT PACKAGE...: the packages' files alone; no script of theirs is run.
set -eu
dependencies=
[ "$1" = --with-dependencies ] && dependencies=yes && shift
root=$1
shift
mkdir -p "$root" /tmp/debs/partial
apt-get update -q
if [ "$dependencies" ]; then
  # With an empty status apt believes that nothing is installed, so that all that they need comes along.
  apt-get install -q -y -o Dir::State::status=/dev/null -o Dir::Cache::archives=/tmp/debs --download-only "$@"
else
  (cd /tmp/debs && apt-get download -q "$@")
fi
for deb in /tmp/debs/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink \
  --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
  --exclude='./usr/share/lintian/*' --exclude='./usr/share/bug/*'; done
apt-get clean
rm -rf /tmp/debs /var/lib/apt/lists/* /var/cache/*
