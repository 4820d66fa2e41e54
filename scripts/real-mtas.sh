#!/usr/bin/env bash
# Fetches the real MTAs that the interop tests hold our stamps against, and unpacks each into a folder of its own: their
# Debian packages conflict, so none is installed, and nothing runs. Needs Debian 12 and its package lists; as root.
# Usage: scripts/real-mtas.sh    (does nothing where all are there; MTA_CHAIN_REAL names another folder)
set -euo pipefail
into=${MTA_CHAIN_REAL:-/var/cache/mta-chain/real-mtas}
haraka=3.3.4

# The package and what it needs beyond what is installed, as on a machine whose /bin, /lib and /sbin are in /usr.
unpack() {
  local folder=$into/$1 debs
  [ -e "$folder/.complete" ] && return
  shift
  rm -rf "$folder"
  mkdir -p "$folder/usr/bin" "$folder/usr/lib" "$folder/usr/sbin"
  for part in bin lib sbin; do ln -s "usr/$part" "$folder/$part"; done
  debs=$(mktemp -d)
  mkdir "$debs/partial"
  # to download only: apt plans to remove other MTAs, and does not do it
  apt-get install -y -qq --no-install-recommends --download-only \
    -o Dir::Cache::archives="$debs" -o APT::Sandbox::User=root "$@" >/dev/null
  for deb in "$debs"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$folder"; done
  rm -rf "$debs"
  touch "$folder/.complete"
}

fetch_haraka() {
  local folder=$into/haraka/opt/haraka
  [ -e "$into/haraka/.complete" ] && return
  rm -rf "$into/haraka"
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --omit=optional --loglevel=error \
    "Haraka@$haraka" >/dev/null
  touch "$into/haraka/.complete"
}

unpack exim exim4-daemon-light
unpack opensmtpd opensmtpd
unpack sendmail sendmail-bin m4
unpack courier courier-mta
fetch_haraka
echo "The real MTAs are in $into"
