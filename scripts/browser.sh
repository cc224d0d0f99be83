#!/bin/sh
# A Chromium for the browser tests: the one on this machine, else Debian's package, else Playwright's download.
set -eu
cd "$(dirname "$0")/.."

for candidate in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$candidate" ] && found=$(command -v "$candidate"); then
        printf 'browser: %s\n' "$found"
        exit 0
    fi
done
if ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/*/chrome >/dev/null 2>&1; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    printf 'browser: installing chromium with apt-get\n'
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium && exit 0
fi
printf 'browser: downloading Chromium with Playwright\n'
.venv/bin/playwright install chromium && exit 0

printf 'no browser found and none could be installed: as root on Debian run `apt-get install chromium`,\n' >&2
printf 'elsewhere install Chromium or Chrome, or set CHROMIUM_PATH to its path\n' >&2
exit 1
