#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Friday, 4 December 2026, 18:40 at Osteria Lume in Chicago: builds Hostline, starts a server in a temporary
# folder, pairs a dashboard with it and plays the evening at both. Ctrl-C or closing the window ends everything.
set -eu

usage () {
  cat <<'TXT'
Usage: sh data/demo/run.sh [--seconds N] [--speed X] [--headless] [--shots DIR] [--no-install]
  --seconds N    end by itself after N seconds
  --speed X      shorten the pauses of the evening X times (the clock still runs as clocks do)
  --headless     use a display of its own (Xvfb) and write screenshots, even where there is a display
  --shots DIR    where the screenshots go (default: screenshots/ in this checkout)
  --no-install   do not install missing Debian packages
HOSTLINE_BUILD_DIR in the environment names a finished build: then nothing is built.
TXT
}

top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=0 speed=1 headless=no shots=$top/screenshots install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --speed) speed=${2:?--speed needs a number}; shift ;;
    --headless) headless=yes ;;
    --shots) shots=${2:?--shots needs a folder}; shift ;;
    --no-install) install=no ;;
    -h|--help) usage; exit 0 ;;
    *) echo "run.sh: what is '$1'?" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
case $seconds in *[!0-9]*|'') echo "run.sh: --seconds takes a whole number" >&2; exit 2 ;; esac
case $speed in *[!0-9.]*|''|.) echo "run.sh: --speed takes a number, for example 4 or 0.5" >&2; exit 2 ;; esac
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || headless=yes

[ $install = no ] || sh "$top/data/packages/install.sh" runtime build demo
if [ -n "${HOSTLINE_BUILD_DIR:-}" ]; then # a build that stands already is taken as it is
  build=$(cd "$HOSTLINE_BUILD_DIR" && pwd)
else
  build=$top/build
  [ -f "$build/build.ninja" ] || meson setup "$build" "$top" -Dprofile=development
  ninja -C "$build"
fi
PATH=$build/server:$build/app:$PATH

tmp=$(mktemp -d "${TMPDIR:-/tmp}/hostline-demo.XXXXXX")
server= window= player= display= bus=
finish () {
  trap - EXIT INT TERM HUP
  for pid in $player $window $server $bus $display; do kill "$pid" 2>/dev/null || :; done
  for pid in $player $window $server $bus $display; do wait "$pid" 2>/dev/null || :; done
  rm -rf "$tmp"
}
trap finish EXIT
trap 'finish; exit 130' INT
trap 'finish; exit 143' TERM HUP

data=$tmp/server plan=$tmp/plan.json location=osteria-lume zone=America/Chicago
mkdir -m 700 "$data"
ctl () { hostlinectl --data-dir "$data" "$@"; }

# The clock of the server, the player and the window: wall clock plus this many milliseconds.
offset_of () {
  now=$(date +%s%3N)
  then=$(TZ=$zone date -d "2026-12-04 $1" +%s)000
  echo $((then - now))
}

start_server () { # at a clock time in Chicago
  HOSTLINE_CLOCK_OFFSET_MS=$(offset_of "$1") || exit 1
  export HOSTLINE_CLOCK_OFFSET_MS
  : > "$tmp/ready"
  hostlined --data-dir "$data" --listen 127.0.0.1:0 --no-tls > "$tmp/ready" 2>> "$tmp/server.log" &
  server=$!
  tries=0
  until grep -q '^ready ' "$tmp/ready"; do
    kill -0 $server 2>/dev/null || { echo "run.sh: hostlined did not start:" >&2; tail -n 5 "$tmp/server.log" >&2; exit 1; }
    tries=$((tries + 1)); [ $tries -lt 300 ] || { echo "run.sh: hostlined is not ready after 30 s" >&2; exit 1; }
    sleep 0.1
  done
  url=$(sed -n 's/^ready //p' "$tmp/ready" | head -n 1)
  python3 "$top/data/demo/plan.py" "$plan" url="$url" offset_ms="$HOSTLINE_CLOCK_OFFSET_MS"
}
stop_server () {
  kill $server; wait $server 2>/dev/null || :
  server=
}

HOSTLINE_CLOCK_OFFSET_MS=$(offset_of 17:00)
export HOSTLINE_CLOCK_OFFSET_MS
ctl location add $location --name 'Osteria Lume' --timezone $zone
ctl location set $location "$top/data/demo/location.json"
ctl floor import $location "$top/data/demo/floor.json"
python3 "$top/data/demo/plan.py" "$plan" location=$location timezone=$zone \
  token.publisher="$(ctl token add --location $location --role publisher --name 'Booking site')" \
  token.stand="$(ctl token add --location $location --role staff --name 'Ben (second stand)')"
for provider in retell vapi; do
  secret=$(python3 -c 'import secrets; print(secrets.token_urlsafe(24))')
  path=$(printf '%s' "$secret" | ctl hook add --location $location --provider $provider --secret-file -)
  python3 "$top/data/demo/plan.py" "$plan" hook.$provider.path="$path" hook.$provider.secret="$secret"
done

echo "The evening so far ..."
start_server 17:00
python3 "$top/data/demo/play.py" --plan "$plan" book
stop_server
part=0
for clock in $(python3 "$top/data/demo/plan.py" --clocks); do
  start_server "$clock"
  python3 "$top/data/demo/play.py" --plan "$plan" earlier $part
  stop_server
  part=$((part + 1))
done
start_server 18:40
ctl pair --location $location --name 'Host stand' > "$tmp/pairing"
link=$(head -n 1 "$tmp/pairing")

export HOSTLINE_DATA_DIR="$tmp/app"
# without a session's folder the sound's library would leave one of its own behind
if [ -z "${XDG_RUNTIME_DIR:-}" ]; then export PULSE_RUNTIME_PATH="$tmp/pulse"; fi
mkdir -m 700 "$HOSTLINE_DATA_DIR"
export GSETTINGS_SCHEMA_DIR="$build/data"
if [ $headless = yes ]; then
  Xvfb -displayfd 3 -screen 0 1366x768x24 -nolisten tcp > "$tmp/xvfb.log" 2>&1 3> "$tmp/display" &
  display=$!
  tries=0
  until [ -s "$tmp/display" ]; do
    tries=$((tries + 1)); [ $tries -lt 1200 ] || { echo "run.sh: Xvfb did not start" >&2; exit 1; }
    sleep 0.05
  done
  DISPLAY=:$(cat "$tmp/display")
  export DISPLAY GDK_BACKEND=x11 GSK_RENDERER=cairo LIBGL_ALWAYS_SOFTWARE=1 GSETTINGS_BACKEND=memory GTK_A11Y=none
  unset WAYLAND_DISPLAY || :
  # a display without a desktop has no font set: the desktop's own, as it is on a host's stand
  export XDG_CONFIG_HOME="$tmp/config"
  mkdir -p "$XDG_CONFIG_HOME/gtk-4.0"
  printf '[Settings]\ngtk-font-name=Cantarell 11\n' > "$XDG_CONFIG_HOME/gtk-4.0/settings.ini"
  [ "$seconds" -gt 0 ] || seconds=60
fi

echo "Osteria Lume opens: the window is paired with $url"
hostline "$link" 2>> "$tmp/window.log" &
window=$!
python3 "$top/data/demo/play.py" --plan "$plan" evening --speed "$speed" &
player=$!

code=0 waited=0 shot=0
while kill -0 $window 2>/dev/null; do
  sleep 1
  waited=$((waited + 1))
  if [ $headless = yes ] && { [ $((waited % 15)) -eq 0 ] || [ $waited -eq $((seconds - 1)) ]; }; then
    mkdir -p "$shots"
    shot=$((shot + 1))
    import -window root "$shots/demo-$(printf %02d $shot).png" && echo "wrote $shots/demo-$(printf %02d $shot).png"
  fi
  if [ "$seconds" -gt 0 ] && [ $waited -ge "$seconds" ]; then break; fi
  kill -0 $server 2>/dev/null || { echo "run.sh: hostlined ended by itself:" >&2; tail -n 5 "$tmp/server.log" >&2; code=1; break; }
done
if kill -0 $window 2>/dev/null; then
  kill $window
fi
wait $window || { status=$?; [ $status -eq 143 ] || { echo "run.sh: the window ended with $status:" >&2; tail -n 5 "$tmp/window.log" >&2; code=1; }; }
window=
if ! kill -0 $player 2>/dev/null; then
  wait $player || code=1
  player=
fi
exit $code
