#!/bin/sh
# Checks this bundle. Needs python3 and openssl, nothing else.
#   sh verify.sh [TRUSTED_KEYS]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
command -v python3 >/dev/null || { echo "python3 is needed" >&2; exit 2; }
command -v openssl >/dev/null || { echo "openssl is needed" >&2; exit 2; }
exec python3 -I "$here/check.py" "$@"
