#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds with warnings as errors and runs every test. Arguments are passed to ctest.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

installMissing "${buildPackages[@]}" "${testPackages[@]}"

cd "$project"
say "Building in $project/build/dev"
cmake --preset dev </dev/null >/dev/null
cmake --build --preset dev --parallel "$(parallelJobs)" </dev/null
commaLocale
say "Testing"
ctest --preset dev --parallel "$(parallelJobs)" "$@" </dev/null
