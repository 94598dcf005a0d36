#!/bin/sh
# make-base.sh ROOT ARCHIVE SOURCES [KEYRING]
# A minimal Debian 13 that all stand-ins share as their first layer: without documents, translations, package lists. ARCHIVE is the URI to
# fetch it from, SOURCES a folder of what its own apt is to be configured with, KEYRING the file that signs it (default: debootstrap's).
set -eu
root=$1 archive=$2 sources=$3 keyring=${4:-}
debootstrap --variant=minbase --include=ca-certificates,busybox-static ${keyring:+"--keyring=$keyring"} trixie "$root" "$archive"

rm "$root/etc/apt/sources.list"
cp "$sources"/*.sources "$root/etc/apt/sources.list.d/"
if [ "$keyring" ]; then install -D -m 644 "$keyring" "$root$keyring"; fi
# An archive behind a certificate of the site's own.
case $archive in https:*) cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt" ;; esac
# Signatures are checked; an old list is not refused, so that a mirror that stands still serves as well.
cat >"$root/etc/apt/apt.conf.d/80standin" <<'EOF'
Acquire::Check-Valid-Until "false";
Acquire::Retries "5";
Acquire::http::Timeout "60";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
EOF
cat >"$root/etc/dpkg/dpkg.cfg.d/80standin" <<'EOF'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
EOF
install -m 755 "$(dirname "$0")/install.sh" "$root/usr/local/bin/install-packages"
install -m 755 "$(dirname "$0")/unpack.sh" "$root/usr/local/bin/unpack-packages"
# Services must not start while packages are installed in a build.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# The images that are stood in for are Alpine ones, whose health checks use busybox's wget.
ln -s busybox "$root/usr/bin/wget"

find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l -delete
find "$root/usr/share/doc" -type d -empty -delete
rm -rf "$root"/usr/share/locale/* "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/lintian \
  "$root"/var/lib/apt/lists/* "$root"/var/cache/* "$root"/var/log/* "$root"/usr/share/zoneinfo/right \
  "$root"/dev/* "$root"/etc/resolv.conf "$root"/etc/hostname
