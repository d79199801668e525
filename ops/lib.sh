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

# The value $2 of the option $1 must be a port.
require_port() {
  case $2 in
    *[!0-9]* | "") usage_error "$1 needs a number, not '$2'." ;;
  esac
  { [ "${#2}" -le 5 ] && [ "$2" -le 65535 ]; } || usage_error "$1 must be at most 65535, not $2."
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

# Runs $2, a program among the tests of module $1, with the arguments that follow, in place of this shell.
# Builds it first when a source is newer. Needs `use_jdk` before.
run_test_program() {
  local target=$root/modules/$1/target program=$2
  if [ ! -f "$target/test-program" ] || [ -n "$(find "$root/pom.xml" "$root/modules" \
    \( -name target -o -path "$root/modules/testkit/src/test" \) -prune \
    -o -newer "$target/test-program" -print 2>/dev/null | head -n 1)" ]; then
    command -v mvn >/dev/null || die "Missing for the build: mvn, Maven 3.8 or newer"
    say "Building $1 and its tests ..."
    in_checkout_mvn -q -pl "modules/$1" -am test-compile -Dspotless.check.skip=true >&2 ||
      die "The build failed; the messages above say why."
    touch "$target/test-program"
  fi
  shift 2
  exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders "-Dparley.root=$root" \
    -cp "$target/test-classes:$target/classes:$(cat "$target/test-classpath.txt")" "$program" "$@"
}

cores() {
  nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

jar=$root/app/target/parley.jar

# True when something that the program is made of is newer than it. A deleted file shows in its folder.
program_is_stale() {
  [ -f "$jar" ] || return 0
  [ -n "$(find "$root/pom.xml" "$root/app" "$root/modules" "$root/db" \
    \( -name target -o -name node_modules -o -path '*/src/test' -o -path '*/web/test' \) -prune \
    -o -newer "$jar" -print 2>/dev/null | head -n 1)" ]
}

# Needs `use_jdk` before.
build_program() {
  require_build_tools
  say "Building Parley ..."
  in_checkout_mvn -q -pl app -am package -Dmaven.test.skip=true -Dspotless.check.skip=true >&2 ||
    die "The build failed; the messages above say why."
  touch "$jar"
}
