#!/bin/sh
# The page's part of the Maven build: checks the tools, installs the packages of the lock file, then
# runs one of the scripts of package.json. Usage: make.sh build|test TARGET-FOLDER [SKIP]
# TARGET-FOLDER is an absolute path; with a SKIP that says true nothing is done.
set -eu
cd "$(dirname "$0")"

case "${3:-}" in
  *true*) exit 0 ;;
esac

fail() {
  echo "The chat page cannot be built: $1" >&2
  exit 1
}

command -v node >/dev/null 2>&1 || fail "node is missing. Install Node.js 20 or newer (it brings npm)."
command -v npm >/dev/null 2>&1 || fail "npm is missing. Install it beside Node.js 20 or newer."
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "node is $(node --version), but 20 or newer is needed."

# The installed packages carry the hash of the lock file they came from; the same hash, nothing to do.
lock=$(node -p 'require("crypto").createHash("sha256").update(require("fs").readFileSync("package-lock.json")).digest("hex")')
if [ "$(cat node_modules/.parley-lock 2>/dev/null || true)" != "$lock" ]; then
  npm ci --prefer-offline --no-audit --no-fund --loglevel=error ||
    fail "npm ci failed. The packages of app/web/package-lock.json come from the npm registry."
  printf '%s' "$lock" >node_modules/.parley-lock
fi

case "${1:-}" in
  build | test) exec node "$1.mjs" "$2" ;;
  *) fail "say build or test, and the target folder." ;;
esac
