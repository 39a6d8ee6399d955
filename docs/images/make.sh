#!/usr/bin/env bash
# Makes the pictures of the README from real demo runs. Needs the .NET SDK and Chromium (Debian: chromium).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
browser="${TRAINDOCTOR_BROWSER:-/usr/bin/chromium}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

dotnet build -c Release "$root/src/Host" --nologo -v quiet

shoot() { # name, demo, height, extra flag
  dotnet run -c Release --no-build --project "$root/src/Host" -- demo "$2" --quiet --output "$work/$1.html" --fail-on never
  "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync \
    --hide-scrollbars --user-data-dir="$work/profile-$1" --window-size="1200,$3" ${4:+"$4"} --screenshot="$root/docs/images/$1.png" "file://$work/$1.html" 2>"$work/$1.log" \
    || { cat "$work/$1.log" >&2; return 1; }
}

shoot report dead-relu 900
shoot report-dark vanishing-sigmoid 900 --blink-settings=preferredColorScheme=0
