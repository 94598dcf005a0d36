#!/bin/sh
# install-packages PACKAGE...: apt-get install in one layer, leaving no lists and no downloads in it.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/*/changelog*
