#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shots.sh FOLDER [HOSTLINE]: runs the demonstration and leaves pictures of the window in FOLDER, for
# people to look at: light, dark, high contrast, Spanish, larger screens and smaller ones, and what
# opens in it. HOSTLINE is the program, ./app/hostline by default.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: shots.sh FOLDER [HOSTLINE]}
hostline=${2:-./app/hostline}
mkdir -p "$folder" || exit 1
folder=$(cd "$folder" && pwd)
for tool in xdotool import; do
  command -v "$tool" > /dev/null || { echo "shots.sh: $tool is not installed" >&2; exit 77; }
done

# shot NAME WIDTHxHEIGHT [STEP...]: a step is a key, or x,y to click at; the rest comes from the environment
shot () {
  SCREEN=$2 "$here/with-x.sh" bash -c '
    folder=$1 name=$2 size=$3 hostline=$4
    shift 4
    "$hostline" --demo 2> "$folder/$name.log" &
    program=$!
    window=
    for _ in $(seq 200); do
      window=$(xdotool search --onlyvisible --name Hostline 2> /dev/null | head -n 1)
      [ -n "$window" ] && break
      kill -0 "$program" 2> /dev/null || break
      sleep 0.05
    done
    if [ -z "$window" ]; then
      echo "shots.sh: no window for $name" >&2
      exit 1
    fi
    xdotool windowmove --sync "$window" 0 0
    xdotool windowsize "$window" "${size%x*}" "${size#*x}" mousemove 5 5
    sleep "${SETTLE:-1.5}"
    for step in "$@"; do
      case $step in
        *,*) xdotool mousemove "${step%,*}" "${step#*,}" click 1 mousemove 5 5 ;;
        *) xdotool key "$step" ;;
      esac
      sleep 0.6
    done
    import -silent -window root "$folder/$name.png"
    kill "$program"
    wait "$program" 2> /dev/null
    [ -s "$folder/$name.log" ] || rm -f "$folder/$name.log"
  ' sh "$folder" "$1" "$2" "$hostline" "${@:3}" || failed=1
}

failed=0
shot light-1366 1366x768
ADW_DEBUG_COLOR_SCHEME=prefer-dark shot dark-1366 1366x768
ADW_DEBUG_HIGH_CONTRAST=1 shot contrast-1366 1366x768
LANGUAGE=es shot es-1366 1366x768
shot light-1920 1920x1080
ADW_DEBUG_COLOR_SCHEME=prefer-dark shot dark-1920 1920x1080
shot medium-1024 1024x768
LANGUAGE=es shot es-1024 1024x768
shot medium-1024-phone 1024x768 F2
shot narrow-600 600x900
LANGUAGE=es shot es-narrow-420 420x800
shot walk-in 1366x768 w
shot waitlist 1366x768 l
shot reservation 1366x768 n
shot seat 1366x768 150,170
shot table-taken 1366x768 490,310
shot table-open 1366x768 675,190
shot transcript 1366x768 1180,510
ADW_DEBUG_COLOR_SCHEME=prefer-dark shot dark-transcript 1366x768 1180,510
exit $failed
