# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What run.sh, test.sh and .ci/run share: the list of packages, installing them, how to build here.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# One compiler cache for every checkout of the project on a machine.
export CCACHE_BASEDIR=$project CCACHE_NOHASHDIR=true

# Names as in Debian 12. CMake's libzip configuration refuses to load without its three tools.
buildPackages=(
  g++ cmake ninja-build ccache
  qt6-base-dev qt6-svg-dev libqcustomplot-dev
  libeigen3-dev libboost-dev libhwy-dev librandom123-dev libspectra-dev
  libzip-dev zipcmp zipmerge ziptool nlohmann-json3-dev libcli11-dev
)
# Other programs that look at our figures, and a locale with a decimal comma; what .ci/run adds for style.
testPackages=(librsvg2-bin poppler-utils locales)
stylePackages=(clang-format clang-tidy git)

say() { printf '\n== %s\n' "$*"; }

# Installs those of the named packages that are missing. Needs no network and no rights where none is.
installMissing() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is no Debian-like system: make sure that these are installed (Debian's names): $*" >&2
    return 0
  fi
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | sort -u)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local rights=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages, and no sudo to install them. As root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    rights=(sudo)
  fi
  say "Installing ${missing[*]}"
  local apt=("${rights[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update </dev/null
  "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null
}

# A locale with a decimal comma beside the build, so that the tests which need one run; the system's own stay as they are.
commaLocale() {
  local folder=$project/build/locale
  command -v localedef >/dev/null || return 0
  [ -d "$folder/de_DE.UTF-8" ] || { mkdir -p "$folder" && localedef -i de_DE -f UTF-8 "$folder/de_DE.UTF-8" || return 0; }
  export LOCPATH=$folder
}

# x86-64-v3 where the processor has all of it, otherwise nothing: the compiler's baseline.
architecture() {
  local flags flag
  [ "$(uname -m)" = x86_64 ] || return 0
  flags=" $(sed -n 's/^flags[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1) "
  for flag in avx avx2 bmi1 bmi2 f16c fma abm movbe xsave; do
    case "$flags" in *" $flag "*) ;; *) return 0 ;; esac
  done
  echo x86-64-v3
}

# As many compilers as processors, but each with 1.5 GB of memory.
parallelJobs() {
  local processors memory
  processors=$(nproc 2>/dev/null || echo 2)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo 2>/dev/null || true)
  memory=${memory:-$processors}
  [ "$memory" -ge 1 ] || memory=1
  echo $((memory < processors ? memory : processors))
}
