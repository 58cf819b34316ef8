#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Hostline and runs its tests. See usage below and README.md beside this file.
set -eu

usage () {
  cat <<'TXT'
Usage: sh tests/run.sh [--quick] [--suite NAME]... [--no-install] [--no-asan] [--soak]
  --quick        without the second build under ASan and UBSan, and without the long suites (chaos, nemesis, ui, bench)
  --suite NAME   only this suite: unit, common, domain, server, net, app, link, ui, chaos, nemesis, fuzz, lint ... (may be repeated)
  --no-install   do not install missing Debian packages
  --no-asan      without the second build
  --soak         what a release has to pass, most of a day: 1,000 cycles of each kill, the nemesis in its release profile, 5,000 power cuts,
                 1,000 damaged rows, 100,000 interleavings, and 10 minutes of fuzzing a target
The last line is "N passed, N failed", with ", N skipped" when tests were skipped. Exit 0 only when nothing failed and something ran.
TXT
}

top=$(cd "$(dirname "$0")/.." && pwd)
quick=no install=yes asan=yes soak=no suites=
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=yes asan=no ;;
    --suite) suites="$suites ${2:?--suite needs a name}"; shift ;;
    --suite=*) suites="$suites ${1#--suite=}" ;;
    --no-install) install=no ;;
    --no-asan) asan=no ;;
    --soak) soak=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "run.sh: what is '$1'?" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

cd "$top"
# Nothing could be tested: say so in the form that everybody reads.
give_up () { echo "FAILED: $1"; echo "0 passed, 1 failed"; exit 1; }

[ $install = no ] || sh data/packages/install.sh runtime build test || give_up "packages are missing"
# one more than processors: most of what the longest tests do is wait
jobs=$(($(nproc 2> /dev/null || echo 2) + 1))
build=${HOSTLINE_TEST_BUILD:-$top/build}
export LC_ALL=C.UTF-8
if [ $soak = yes ]; then
  export HL_CYCLES="${HL_CYCLES:-1000}" HL_NEMESIS_PROFILE="${HL_NEMESIS_PROFILE:-release}" HL_POWER_CUTS="${HL_POWER_CUTS:-5000}" \
    HL_INTERLEAVINGS="${HL_INTERLEAVINGS:-100000}" HL_BIT_FLIPS="${HL_BIT_FLIPS:-1000}" HL_EACH_FAULT=1 HL_TEST_KILLS="${HL_TEST_KILLS:-1000}" \
    HL_REPORT_EVENTS="${HL_REPORT_EVENTS:-1000000}" HL_REPORT_CLOSES="${HL_REPORT_CLOSES:-10000}"
fi

# What failed before a test could run; it must not be lost among the results.
broken=
say () { printf '\n== %s\n' "$*"; }

set_up () {
  dir=$1
  shift
  if [ -f "$dir/build.ninja" ]; then
    meson configure "$dir" "$@" > /dev/null
  else
    meson setup "$dir" "$top" "$@"
  fi
}

# test DIR ARGUMENT...: the results are in DIR/meson-logs/testlog.json
run_tests () {
  dir=$1
  shift
  rm -f "$dir/meson-logs/testlog.json"
  meson test -C "$dir" --no-rebuild --num-processes "$jobs" "$@" < /dev/null || :
}

say "build in $build"
set_up "$build" -Dprofile=development && ninja -C "$build" || give_up "the build failed"

arguments=
for suite in $suites; do arguments="$arguments --suite $suite"; done
if [ $quick = yes ] && [ -z "$suites" ]; then
  arguments="--no-suite chaos --no-suite nemesis --no-suite ui --no-suite bench"
fi
[ $soak = no ] || arguments="$arguments --timeout-multiplier 20"
say "tests"
run_tests "$build" $arguments
results=$build

if [ $asan = yes ]; then
  say "the same under ASan and UBSan, in $build-asan: unit tests and the server"
  if set_up "$build-asan" -Dprofile=development -Db_sanitize=address,undefined -Db_lundef=false && ninja -C "$build-asan"; then
    export HOSTLINE_SLOW=1
    # intercept_tls_get_addr=0: the leak checker falls over the thread-local data of a TLS library that was loaded late
    export ASAN_OPTIONS="intercept_tls_get_addr=0:detect_leaks=1:abort_on_error=1:strict_string_checks=1:detect_stack_use_after_return=1"
    export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1"
    export LSAN_OPTIONS="suppressions=$top/tests/lib/lsan.supp:print_suppressions=0"
    # the contract was tried in full size above; this run looks for errors of memory
    [ $soak = yes ] || export HL_INTERLEAVINGS="${HL_INTERLEAVINGS:-500}" HL_POWER_CUTS="${HL_POWER_CUTS:-200}" \
      HL_BIT_FLIPS="${HL_BIT_FLIPS:-60}"
    if [ -n "$suites" ]; then
      run_tests "$build-asan" --timeout-multiplier 4 $arguments
    else
      run_tests "$build-asan" --timeout-multiplier 4 --no-suite chaos --no-suite nemesis --no-suite ui --no-suite bench --no-suite lint
    fi
    results="$results $build-asan"
    unset HOSTLINE_SLOW ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
  else
    broken="the build under ASan and UBSan failed"
  fi
fi

if [ $soak = yes ]; then
  say "fuzzing"
  bash tests/fuzz/run.sh --minutes 10 --build "$build-fuzz" || broken="fuzzing found something: see $build-fuzz/crashes"
fi

say "results"
if [ -n "$broken" ]; then
  echo "FAILED: $broken"
  python3 tests/lib/count.py $results --also-failed 1
else
  python3 tests/lib/count.py $results
fi
