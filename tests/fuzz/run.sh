#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes the targets under ASan and UBSan: tests/fuzz/run.sh [--minutes N] [--build DIR] [TARGET...]
# New inputs that reach new code are kept in DIR/corpus; a crash is left in DIR/crashes and ends the run with exit 1.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
build=$source_dir/build-fuzz
minutes=2
targets=()
while [ $# -gt 0 ]; do
  case $1 in
  --minutes) minutes=$2; shift ;;
  --build) build=$2; shift ;;
  --help | -h) sed -n 3,4p "$0" | cut -c3-; exit 0 ;;
  -*) echo "unknown option $1" >&2; exit 2 ;;
  *) targets+=("$1") ;;
  esac
  shift
done
if [ ${#targets[@]} = 0 ]; then
  for file in "$here"/fuzz-*.c; do
    name=$(basename "$file" .c)
    targets+=("${name#fuzz-}")
  done
fi

# An input is as long as the longest seed of its target, and at least 8 KiB.
longest () {
  find "$here/corpus/$1" -type f -size +16 -printf '%s\n' | sort -n | tail -1 | grep . || echo 8192
}

if [ ! -e "$build/build.ninja" ]; then
  # clang takes a parameter that has a libc variable's name (timezone) for shadowing; gcc does not
  CC=clang meson setup "$build" "$source_dir" -Dfuzzers=true -Dapp=false -Dprofile=development \
    -Db_sanitize=address,undefined -Db_lundef=false -Dc_args='-fsanitize=fuzzer-no-link -Wno-error=shadow'
fi
programs=()
for name in "${targets[@]}"; do programs+=("tests/fuzz/fuzz-$name"); done
ninja -C "$build" "${programs[@]}"

export G_SLICE=always-malloc G_DEBUG=fatal-criticals UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
mkdir -p "$build/crashes"
for name in "${targets[@]}"; do
  echo "== $name, $minutes min"
  mkdir -p "$build/corpus/$name"
  options=(-max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=1024 -max_len="$(longest "$name")" -print_final_stats=1 -verbosity=0
    -artifact_prefix="$build/crashes/$name-")
  if [ -e "$here/$name.dict" ]; then options+=("-dict=$here/$name.dict"); fi
  "$build/tests/fuzz/fuzz-$name" "${options[@]}" "$build/corpus/$name" "$here/corpus/$name"
done
