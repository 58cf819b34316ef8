#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the Flatpak of the dashboard from flatpak/org.hostline.Hostline.json, installs it into a folder of its own, starts
# its demonstration inside the sandbox under Xvfb, and takes a screenshot.
# Usage: run.sh FOLDER [RUNTIME-REPO]     as root; without a repository the stand-in is composed in FOLDER/runtime
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(realpath -m "${1:?a folder to work in}")
id=org.hostline.Hostline
mkdir -p "$work"
repo=${2:-$work/runtime/repo}
[ -d "$repo" ] || bash "$here/make-runtime.sh" "$work/runtime"

export FLATPAK_USER_DIR=$work/user XDG_CACHE_HOME=$work/cache HOME=$work/home XDG_RUNTIME_DIR=$work/run
mkdir -p "$HOME" && mkdir -p -m 700 "$XDG_RUNTIME_DIR"
flatpak --user remote-add --if-not-exists --no-gpg-verify stand-in "$(realpath "$repo")"
flatpak --user install -y --noninteractive --or-update stand-in org.gnome.Platform//48 org.gnome.Sdk//48

# flatpak-builder takes an unknown key in silence but for a line on stderr: any such line is a failure.
flatpak-builder --state-dir="$work/state" --show-manifest "$top/flatpak/$id.json" > /dev/null 2> "$work/manifest.err"
[ ! -s "$work/manifest.err" ] || { cat "$work/manifest.err" >&2; exit 1; }
flatpak-builder --user --force-clean --disable-rofiles-fuse --disable-updates --disable-download \
  --state-dir="$work/state" --repo="$work/app" "$work/build" "$top/flatpak/$id.json"
flatpak build-bundle --runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo "$work/app" "$work/$id.flatpak" $id master
# The same without the address of the runtime, which an installation without network would ask for.
flatpak build-bundle "$work/app" "$work/$id-offline.flatpak" $id master
flatpak --user install -y --noninteractive --reinstall "$work/$id-offline.flatpak"

cat > "$work/inside.sh" <<TXT
set -eu
Xvfb -displayfd 3 -screen 0 1366x768x24 -nolisten tcp -ac > "$work/xvfb.log" 2>&1 3> "$work/display" &
display=\$!
trap 'kill \$display 2>/dev/null || :' EXIT
until [ -s "$work/display" ]; do sleep 0.05; done
export DISPLAY=:\$(cat "$work/display") DBUS_SYSTEM_BUS_ADDRESS=\$DBUS_SESSION_BUS_ADDRESS
timeout 60 flatpak run --user --env=GSK_RENDERER=cairo --env=GTK_A11Y=none --env=GDK_BACKEND=x11 --env=XDG_DATA_DIRS=/app/share:/usr/share \
  $id --demo 2> "$work/window.log" &
window=\$!
for i in \$(seq 60); do
  xwininfo -root -tree 2>/dev/null | grep -q '"Hostline\|Osteria' && break
  kill -0 \$window || { echo "the window ended:"; cat "$work/window.log"; exit 1; }
  sleep 0.5
done
sleep 4
import -window root "$work/flatpak.png"
flatpak kill $id
wait \$window || :
! grep -i 'critical\|cannot\|missing' "$work/window.log"
TXT
dbus-run-session -- bash "$work/inside.sh"
echo "built, installed and started: $work/$id.flatpak, $work/flatpak.png"
