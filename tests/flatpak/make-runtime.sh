#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Composes a stand-in of org.gnome.Platform//48 and org.gnome.Sdk//48 from Debian 13 packages (the same GTK 4.18,
# libadwaita 1.7, libsoup 3.6 series), so that the manifest can be built where only Debian's archive is reached.
# Usage: make-runtime.sh FOLDER        as root; about two minutes and 3 GB; leaves FOLDER/repo
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
work=$(realpath -m "${1:?a folder to work in}")
branch=48
mkdir -p "$work"
cd "$work"

platform_packages="libgtk-4-1 libgtk-4-common libadwaita-1-0 libsoup-3.0-0 libjson-glib-1.0-0 libsqlite3-0 libpulse0 glib-networking
  dconf-gsettings-backend adwaita-icon-theme fonts-cantarell fonts-dejavu-core fonts-noto-core shared-mime-info librsvg2-common
  libgl1-mesa-dri libegl1 libgl1 libgles2 gsettings-desktop-schemas ca-certificates libglib2.0-bin at-spi2-core xdg-user-dirs"
sdk_packages="$platform_packages gcc libc6-dev pkg-config meson ninja-build gettext libgtk-4-dev libadwaita-1-dev
  libsoup-3.0-dev libjson-glib-dev libsqlite3-dev libpulse-dev desktop-file-utils appstream appstream-compose elfutils libxml2-utils libgtk-4-bin"

fill () { # TREE PACKAGES: mounts live in a private namespace, so none can be left behind
  [ -e "$1/.filled" ] && return 0
  rm -rf "$1"
  debootstrap --variant=minbase trixie "$1" > "$1.log" 2>&1
  printf '#!/bin/sh\nexit 101\n' > "$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  printf 'path-exclude=/usr/share/man/*\npath-exclude=/usr/share/doc/*\n' > "$1/etc/dpkg/dpkg.cfg.d/without-docs"
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  unshare -m --propagation private bash -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"
    chroot "$0" sh -c "apt-get update -q && apt-get install -y -q --no-install-recommends $1"' \
    "$1" "$(echo $2)" >> "$1.log" 2>&1
  touch "$1/.filled"
}

export_runtime () { # NAME TREE
  local out=$work/export-$1
  rm -rf "$out"
  mkdir -p "$out"
  cp -al "$2/usr" "$out/files"
  cp -a "$2/etc" "$out/files/etc"
  (cd "$out/files" && rm -f etc/resolv.conf etc/hostname etc/machine-id etc/mtab etc/passwd- etc/shadow* etc/gshadow* sbin/policy-rc.d)
  # flatpak calls plain ldconfig, and has no sbin in its path
  ln -sfn ../sbin/ldconfig "$out/files/bin/ldconfig"
  cat > "$out/files/etc/ld.so.conf" <<'TXT'
/app/lib
/app/lib/x86_64-linux-gnu
include /run/flatpak/ld.so.conf.d/app-*.conf
include /run/flatpak/ld.so.conf.d/runtime-*.conf
/usr/lib/x86_64-linux-gnu
TXT
  if [ "$1" = Sdk ]; then
    # flatpak-builder asks for appstream-glib's tool of this name; appstream's own does the work
    rm -f "$out/files/bin/appstream-compose"
    cat > "$out/files/bin/appstream-compose" <<'TXT'
#!/bin/sh
for id; do :; done
appstreamcli compose --no-net --prefix=/ --origin="$id" --components="$id" --data-dir=/app/share/app-info/xmls \
  --icons-dir=/app/share/app-info/icons/flatpak --result-root=/tmp/compose /app || echo "appstream compose failed; ignored"
TXT
    chmod 755 "$out/files/bin/appstream-compose"
  fi
  find "$out/files" -type f \( -perm -4000 -o -perm -2000 \) -exec chmod ug-s {} +
  cat > "$out/metadata" <<TXT
[Runtime]
name=org.gnome.$1
runtime=org.gnome.Platform/x86_64/$branch
sdk=org.gnome.Sdk/x86_64/$branch

[Environment]
XDG_DATA_DIRS=/app/share:/usr/share:/run/host/user-share:/run/host/share
TXT
  flatpak build-export --disable-fsync --runtime --files=files --no-update-summary "$work/repo" "$out" $branch
  rm -rf "$out"
}

fill "$work/platform" "$platform_packages"
fill "$work/sdk" "$sdk_packages"
[ -d "$work/repo" ] || ostree --repo="$work/repo" init --mode=archive-z2
export_runtime Platform "$work/platform"
export_runtime Sdk "$work/sdk"
flatpak build-update-repo "$work/repo"
echo "runtime stand-in: $work/repo"
