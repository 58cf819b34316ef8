#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the packages of the named sections of debian.txt that are missing: install.sh SECTION...
# As root, or as a user whose sudo may run apt-get. Does nothing, and asks for nothing, when all are there.
# --list prints the packages of the sections; --missing prints those that are not installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mode=install
case ${1:-} in
  --list) mode=list; shift ;;
  --missing) mode=missing; shift ;;
  -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac
[ $# -gt 0 ] || { echo "install.sh: name a section of $here/debian.txt" >&2; exit 2; }

for section in "$@"; do
  grep -qx "\[$section\]" "$here/debian.txt" || { echo "install.sh: debian.txt has no section $section" >&2; exit 2; }
done

is_installed () {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed
}

# One line for each package, "a|b" for alternatives.
packages () {
  for section in "$@"; do
    awk -v section="$section" '
      /^\[.*\]$/ { inside = ($0 == "[" section "]"); next }
      inside && NF && $0 !~ /^#/ { gsub(/[ \t]/, ""); print }' "$here/debian.txt"
  done | sort -u
}

# The alternative that is installed, else the first that apt knows, else the first.
choose () {
  for name in $(echo "$1" | tr '|' ' '); do
    if is_installed "$name"; then echo "$name"; return; fi
  done
  for name in $(echo "$1" | tr '|' ' '); do
    if apt-cache show "$name" > /dev/null 2>&1; then echo "$name"; return; fi
  done
  echo "${1%%|*}"
}

names=$(packages "$@")
if [ $mode = list ]; then
  echo "$names"
  exit 0
fi
command -v dpkg-query > /dev/null || { echo "install.sh: this is not a Debian; install what $here/debian.txt lists" >&2; exit 1; }

find_missing () {
  for line in $names; do
    name=$(choose "$line")
    is_installed "$name" || echo "$name"
  done
}

missing=$(find_missing)
if [ $mode = missing ]; then
  [ -z "$missing" ] || echo "$missing"
  exit 0
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo > /dev/null; then
  as_root=sudo
else
  echo "install.sh: not root, and no sudo. Missing packages:" $missing >&2
  exit 1
fi
echo "Installing:" $missing
# Without questions. sudo is asked for apt-get only.
if [ -n "$as_root" ]; then
  sudo DEBIAN_FRONTEND=noninteractive apt-get update -q
  missing=$(find_missing)
  sudo DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing < /dev/null
else
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  missing=$(find_missing)
  apt-get install -q -y --no-install-recommends $missing < /dev/null
fi
