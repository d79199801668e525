# What the scripts of this folder share: the checkout, the tools, messages. To be sourced by bash.
# shellcheck shell=bash

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

say() {
  printf '%s\n' "$*" >&2
}

die() {
  say "$*"
  exit 1
}

# Usage errors end with 2, as the program's own.
usage_error() {
  say "$1"
  say "See --help."
  exit 2
}

# The value of an option: `value_of --port "$@"` where $1 is the option as it was written.
require_value() {
  [ "$2" -ge 2 ] || usage_error "$1 needs a value."
}

# The major version of the JDK in folder $1, nothing when there is none. Reads a file, starts no JVM.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Folders where a JDK may be, best first, one per line.
jdk_candidates() {
  local java
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  if java=$(command -v java); then
    java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
    dirname "$(dirname "$java")"
  fi
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v 25+ 2>/dev/null || true
  fi
  printf '%s\n' /usr/lib/jvm/* /opt/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /usr/local/opt/openjdk* /opt/homebrew/opt/openjdk*
}

# Sets and exports JAVA_HOME to a JDK 25 or newer.
use_jdk() {
  local folder major
  while IFS= read -r folder; do
    major=$(jdk_major "$folder")
    if [ -n "$major" ] && [ "$major" -ge 25 ]; then
      export JAVA_HOME=$folder
      return 0
    fi
  done < <(jdk_candidates)
  die "Parley needs a JDK 25 or newer, and none was found (JAVA_HOME, PATH, /usr/lib/jvm, /opt, SDKMAN).
Install one (https://adoptium.net) or set JAVA_HOME to its folder."
}

# Says all that is missing for a build at once: Maven, Node and npm.
require_build_tools() {
  local missing="" major
  command -v mvn >/dev/null || missing="$missing
- mvn: install Maven 3.8 or newer"
  if command -v node >/dev/null; then
    major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
    [ "$major" -ge 20 ] || missing="$missing
- node is version $major: install Node.js 20 or newer"
  else
    missing="$missing
- node: install Node.js 20 or newer"
  fi
  command -v npm >/dev/null || missing="$missing
- npm: it comes with Node.js 20 or newer"
  [ -z "$missing" ] || die "Missing for the build:$missing"
}

# Maven in the checkout, whatever the current folder is, without the warnings of a new JDK about old
# libraries of Maven's own.
in_checkout_mvn() {
  local quiet="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  (cd "$root" && MAVEN_OPTS="${MAVEN_OPTS:-} $quiet" mvn -B "$@")
}

cores() {
  nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}
