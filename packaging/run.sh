#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Kappascope and opens it. Arguments are passed to the program.
# Without a display and without arguments it runs the tour, which writes its figures to build/tour.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=("${buildPackages[@]}")
if [ -n "${WAYLAND_DISPLAY:-}" ] && [ -z "${DISPLAY:-}" ]; then packages+=(qt6-wayland); fi
installMissing "${packages[@]}"

build=$project/build/release
program=$build/app/kappascope
say "Building in $build (some minutes the first time)"
cmake -S "$project" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKAPPASCOPE_TESTS=OFF \
  -DKAPPASCOPE_ARCH="$(architecture)" </dev/null >/dev/null
cmake --build "$build" --target kappascope --parallel "$(parallelJobs)" </dev/null

if [ $# -gt 0 ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
  exec "$program" "$@"
fi
say "There is no display: the tour instead"
"$program" tour -o "$project/build/tour" </dev/null
say "The figures are in $project/build/tour"
