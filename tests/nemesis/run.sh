#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Breaks Hostline on purpose and checks what it promises: sh tests/nemesis/run.sh [--seed N] [--minutes M | --profile ci|release]
# [--only PART]... [--out DIR]. README.md beside this file has the parts and the figures. Builds what it needs in build/.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
export HOSTLINE_BUILD_DIR="${HOSTLINE_BUILD_DIR:-$top/build}" HOSTLINE_SOURCE_DIR="$top" LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
[ -f "$HOSTLINE_BUILD_DIR/build.ninja" ] || meson setup "$HOSTLINE_BUILD_DIR" "$top" -Dprofile=development
ninja -C "$HOSTLINE_BUILD_DIR" server/hostlined server/hostlinectl tests/follower/hostline-follower \
  tests/nemesis/hostline-herd tests/nemesis/libclockjump.so tests/server/store/test-store-power-cuts \
  tests/server/store/test-store-faults tests/app/local/test-power-cuts > /dev/null ||
  { echo "run.sh: the build in $HOSTLINE_BUILD_DIR failed" >&2; exit 1; }
# a critical of GLib ends a program, and the checker reports that
export G_DEBUG=gc-friendly,fatal-criticals MALLOC_CHECK_=2
exec /usr/bin/python3 "$top/tests/nemesis/nemesis.py" "$@"
