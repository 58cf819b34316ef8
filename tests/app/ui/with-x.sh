#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with-x.sh COMMAND...: runs COMMAND on a display, a session bus and a home of its own, and takes
# them away again. From the environment: SCREEN (1366x768), RENDERER (cairo), A11Y (none, test, atspi).
# Exits 77, which a test run takes for "skipped", where there is no Xvfb.
set -u
for tool in Xvfb dbus-run-session; do
  if ! command -v "$tool" > /dev/null; then
    echo "with-x.sh: $tool is not installed" >&2
    exit 77
  fi
done
place=$(mktemp -d "${TMPDIR:-/tmp}/hostline-x.XXXXXX") || exit 99
server=
finish () {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$place"
}
trap finish EXIT

mkdir -m 700 "$place/run" "$place/home" "$place/config" "$place/data" "$place/cache"
export HOME="$place/home" XDG_RUNTIME_DIR="$place/run" XDG_CONFIG_HOME="$place/config"
export XDG_DATA_HOME="$place/data" XDG_CACHE_HOME="$place/cache"
# shots and sizes have to come out the same each time
mkdir -p "$XDG_CONFIG_HOME/gtk-4.0"
cat > "$XDG_CONFIG_HOME/gtk-4.0/settings.ini" <<END
[Settings]
gtk-font-name=Cantarell 11
gtk-cursor-blink=false
gtk-enable-animations=false
END

# the server itself chooses a free display and says which
exec 8> "$place/display"
Xvfb -displayfd 8 -screen 0 "${SCREEN:-1366x768}x24" -nolisten tcp -noreset > "$place/xvfb.log" 2>&1 &
server=$!
exec 8>&-
for _ in $(seq 1200); do
  [ -s "$place/display" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.05
done
if [ ! -s "$place/display" ]; then
  echo "with-x.sh: Xvfb did not start" >&2
  cat "$place/xvfb.log" >&2
  exit 99
fi

unset WAYLAND_DISPLAY XAUTHORITY
DISPLAY=:$(cat "$place/display")
export DISPLAY GDK_BACKEND=x11 GSK_RENDERER="${RENDERER:-cairo}" LIBGL_ALWAYS_SOFTWARE=1
export GTK_A11Y="${A11Y:-none}" GSETTINGS_BACKEND=memory GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1
export LC_ALL="${LC_ALL:-C.UTF-8}" XDG_CURRENT_DESKTOP=GNOME NO_COLOR=1
dbus-run-session -- "$@"
