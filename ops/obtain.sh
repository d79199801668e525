# Obtains the servers and the browser that tests start. To be sourced after lib.sh.
#
# As root on a Debian-like system: apt-get install, with all services kept off. As anybody else there: the
# packages of the system's own apt sources, unpacked into .cache/servers, nothing on the system changed.
# shellcheck shell=bash

servers=${root:?lib.sh comes first}/.cache/servers

# Is program $1 on PATH, where systems keep servers, or unpacked by an earlier run? (As the tests look.)
has_program() {
  # bash's own look-up also finds files that cannot be executed.
  [ -x "$(command -v "$1")" ] || [ -x "/usr/local/sbin/$1" ] || [ -x "/usr/sbin/$1" ] || [ -x "/usr/bin/$1" ] ||
    [ -x "$servers/bin/$1" ]
}

# Where program $1 is, in the same order.
program_path() {
  local path
  for path in "$(command -v "$1" || true)" "/usr/local/sbin/$1" "/usr/sbin/$1" "/usr/bin/$1" "$servers/bin/$1"; do
    if [ -x "$path" ]; then
      printf '%s' "$path"
      return 0
    fi
  done
  say "There is no $1."
  return 1
}

# Can the dynamic loader find library $1?
has_library() {
  { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true; } | grep -q "$1" ||
    [ -n "$(find "$servers/root" -name "$1*" 2>/dev/null | head -n 1)" ]
}

# obtain PROGRAM:PACKAGE ... - all that is missing in one go.
obtain() {
  local pair packages=() programs=()
  for pair in "$@"; do
    if ! has_program "${pair%%:*}"; then
      programs+=("${pair%%:*}")
      packages+=("${pair#*:}")
    fi
  done
  [ ${#packages[@]} -eq 0 ] || obtain_packages "${packages[*]}" "${programs[*]}"
}

# obtain_libraries LIBRARY:PACKAGE ...
obtain_libraries() {
  local pair packages=()
  for pair in "$@"; do
    has_library "${pair%%:*}" || packages+=("$(existing_package "${pair#*:}")")
  done
  [ ${#packages[@]} -eq 0 ] || obtain_packages "${packages[*]}" ""
}

# Newer systems renamed some libraries: NAMEt64.
existing_package() {
  if apt-cache show "$1" >/dev/null 2>&1 || ! apt-cache show "$1t64" >/dev/null 2>&1; then
    printf '%s' "$1"
  else
    printf '%st64' "$1"
  fi
}

# $1 packages and $2 programs, lists of words.
obtain_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    say "Missing for the tests: $1. This system has no apt: install them with its own packages
(MariaDB 10.11 or newer, Redis 7, nginx, Chromium, OpenSSL), so that mariadbd, redis-server, nginx,
chromium and openssl are on PATH. Without them: ops/test --quick."
    return 1
  fi
  if [ "$(id -u)" -eq 0 ]; then
    install_packages "$1"
  else
    unpack_packages "$1" "$2"
  fi
}

policy=/usr/sbin/policy-rc.d
policy_mark='# Written by ops/test of Parley: no service starts.'

restore_policy() {
  rm -f "$policy"
  if [ -e "$policy.before-parley" ]; then
    mv -f "$policy.before-parley" "$policy"
  fi
}

install_packages() (
  say "Installing with apt-get what the tests need: $1. No service is started."
  # One at a time: another copy of this script would put the policy back too early.
  exec 9>/run/parley-obtain.lock
  flock 9 2>/dev/null || true
  # What a killed run left there is ours, not the system's.
  if [ -e "$policy" ] && ! grep -q "$policy_mark" "$policy"; then
    mv "$policy" "$policy.before-parley"
  fi
  trap restore_policy EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
  chmod 755 "$policy"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update >&2 || say "apt-get update had problems; trying with what is known."
  # shellcheck disable=SC2086 # a list of words
  apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $1 >&2
)

# Downloads the packages with all that they need, using the system's own sources and keys but no state of
# the system, and unpacks them. The C library stays the system's.
unpack_packages() (
  say "Fetching into .cache what the tests need: $1. Nothing on this system is changed."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  mkdir -p "$work/lists/partial" "$work/archives/partial"
  : >"$work/status"
  apt=(apt-get -q -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status"
    -o "Dir::State=$work" -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives"
    -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Acquire::Languages=none -o "Dir::Log=$work")
  "${apt[@]}" update >&2 || say "apt-get update had problems; trying with what is known."
  # shellcheck disable=SC2086 # a list of words
  "${apt[@]}" -y --no-install-recommends --download-only install $1 >&2 || exit 1
  mkdir -p "$servers/bin" "$servers/root"
  for package in "$work"/archives/*.deb; do
    case ${package##*/} in
      libc6_* | libc-bin_* | libc6-* | perl* | libperl* | systemd* | udev_* | dpkg_* | init-system-helpers_*) ;;
      *) dpkg -x "$package" "$servers/root" || exit 1 ;;
    esac
  done
  write_starter with-libraries ""
  for program in $2; do
    place=$(unpacked_program "$program") || exit 1
    write_starter "$program" "$place"
  done
)

# Where program $1 lies below $servers/root; Chromium's own file, not the script that looks in /usr/lib.
unpacked_program() {
  local place
  for place in "usr/lib/$1/$1" "usr/sbin/$1" "usr/bin/$1"; do
    if [ -x "$servers/root/$place" ] && [ ! -d "$servers/root/$place" ]; then
      printf '%s' "$place"
      return 0
    fi
  done
  say "The packages hold no $1."
  return 1
}

# A script that starts $2 (or, when empty, its first argument) with the unpacked libraries. It goes by its
# own place, so the checkout may be moved.
write_starter() {
  local libraries
  # shellcheck disable=SC2016 # the script that is written expands it
  libraries=$(cd "$servers/root" && find usr/lib lib -maxdepth 1 -type d -name '*-linux-gnu*' 2>/dev/null |
    sed 's|^|$here/|' | paste -sd: -)
  cat >"$servers/bin/$1.new" <<TEXT
#!/bin/sh
here=\$(CDPATH='' cd -- "\$(dirname -- "\$0")/../root" && pwd)
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
[ -d /etc/fonts ] || export FONTCONFIG_PATH="\$here/etc/fonts"
exec ${2:+"\"\$here/$2\""} "\$@"
TEXT
  chmod 755 "$servers/bin/$1.new"
  mv -f "$servers/bin/$1.new" "$servers/bin/$1"
}
