# The parts of a cluster on this machine: database, Redis, nodes, nginx. To be sourced after lib.sh, with
# $data, the cluster's folder, set.
#
# Each part (cluster-parts.sh says how it is started) runs in a session of its own under a small shell that
# notes its process id and its exit code in $data/run. So any script may start a part again, and whoever
# ends one does it by that id.
# shellcheck shell=bash

drain_seconds=5
run=${data:?}/run
# shellcheck source=ops/cluster-parts.sh
. "${root:?lib.sh comes first}/ops/cluster-parts.sh"

# ---- the settings of a cluster: how many nodes, which ports

# Ports: nginx, database, Redis, then 11.. for people and 21.. for operators of node 1, 2, ...
port_of() {
  case $1 in
    nginx) printf '%s' "$base" ;;
    database) printf '%s' $((base + 1)) ;;
    redis) printf '%s' $((base + 2)) ;;
    n[0-9]) printf '%s' $((base + 10 + ${1#n})) ;;
  esac
}

# Who has no port for operators gets the one it has.
admin_port_of() {
  case $1 in
    n[0-9]) printf '%s' $((base + 20 + ${1#n})) ;;
    *) port_of "$1" ;;
  esac
}

node_names() {
  local i
  for ((i = 1; i <= nodes; i++)); do
    printf 'n%s\n' "$i"
  done
}

part_names() {
  printf '%s\n' database redis
  node_names
  printf '%s\n' nginx
}

write_settings() {
  printf 'nodes=%s\nbase=%s\nlauncher=%s\n' "$nodes" "$base" "$$" >"$data/settings"
}

# Sets $nodes, $base and $launcher to those of the cluster in $data.
read_settings() {
  local key value
  nodes="" base="" launcher=""
  [ -f "$data/settings" ] || return 1
  while IFS='=' read -r key value; do
    [[ $value =~ ^[0-9]+$ ]] || return 1
    case $key in
      nodes) nodes=$value ;;
      base) base=$value ;;
      launcher) launcher=$value ;;
    esac
  done <"$data/settings"
  [ -n "$nodes" ] && [ -n "$base" ]
}

# Does the script that started the cluster in $data still watch over it?
is_running() {
  read_settings && [ -n "$launcher" ] && kill -0 "$launcher" 2>/dev/null
}

# hold NAME SECONDS: nobody else holds that name until this script ends.
hold() {
  exec 9>"$run/$1.lock"
  ! command -v flock >/dev/null || flock -w "$2" 9
}

is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The first taken port of a cluster with ports from $base on, nothing when all are free.
taken_port() {
  local name port
  while read -r name; do
    for port in "$(port_of "$name")" "$(admin_port_of "$name")"; do
      if is_taken "$port"; then
        printf '%s' "$port"
        return 0
      fi
    done
  done < <(part_names)
}

# ---- parts as processes

# 0 while it is not known.
pid_of() {
  cat "$run/$1.pid" 2>/dev/null || printf 0
}

# Is this process one of ours? Its command line names the folder; a number alone may be given out again.
is_ours() {
  local line
  if [ -r "/proc/$1/cmdline" ]; then
    line=$(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null) || return 1
  else
    line=$(ps -ww -o args= -p "$1" 2>/dev/null) || return 1
  fi
  case $line in
    *"$data/"*) return 0 ;;
  esac
  return 1
}

is_alive() {
  local pid
  pid=$(pid_of "$1")
  [ "$pid" -gt 0 ] && [ ! -f "$run/$1.exit" ] && kill -0 "$pid" 2>/dev/null && is_ours "$pid"
}

exit_code_of() {
  cat "$run/$1.exit" 2>/dev/null
}

new_session=()
if command -v setsid >/dev/null; then
  new_session=(setsid)
fi

# The shell above a part. Arguments: whether it has a session of its own, file of the process id, of the
# exit code, output, log, command.
# shellcheck disable=SC2016 # the other shell expands it
keeper='
  session=$1 pid=$2 code=$3 out=$4 log=$5
  shift 5
  "$@" </dev/null >"$out" 2>>"$log" &
  child=$!
  trap "" INT TERM HUP
  echo $child >"$pid.new" && mv -f "$pid.new" "$pid"
  wait $child
  ended=$?
  # Workers of nginx live on when only their master is killed; they are of this session.
  [ -z "$session" ] || kill -TERM -- -$$
  echo $ended >"$code.new" && mv -f "$code.new" "$code"
'

# launch NAME COMMAND...
launch() {
  local name=$1
  shift
  rm -f "$run/$name.pid" "$run/$name.exit"
  mkdir -p "$data/log"
  ${new_session[@]+"${new_session[@]}"} bash -c "$keeper" keeper \
    "${new_session[*]-}" "$run/$name.pid" "$run/$name.exit" "$run/$name.out" "$data/log/$name.log" "$@" \
    </dev/null >/dev/null 2>&1 6>&- 7>&- 8>&- 9>&- &
  until [ -f "$run/$name.pid" ]; do
    sleep 0.02
  done
}

# await NAME SECONDS CHECK... - until the check holds; ends the script when the part ends or time is up.
await() {
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@"; do
    if [ -f "$run/$name.exit" ]; then
      sleep 0.1
      say "$(tail -n 5 "$data/log/$name.log" 2>/dev/null)"
      die "$name ended with $(exit_code_of "$name") while it started; its log is $data/log/$name.log."
    fi
    [ "$SECONDS" -lt "$end" ] || die "$name was not ready in time; its log is $data/log/$name.log."
    sleep 0.1
  done
}

# Waits until $1 has ended, for $2 seconds at most.
await_end() {
  local end=$((SECONDS + $2))
  while is_alive "$1"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
  # The code is written a moment after the end.
  local i
  for ((i = 0; i < 20; i++)); do
    [ ! -f "$run/$1.exit" ] || return 0
    sleep 0.05
  done
}

# signal_part NAME SIGNAL; nothing when it has ended.
signal_part() {
  if is_alive "$1"; then
    kill -s "$2" "$(pid_of "$1")" 2>/dev/null || true
  fi
}

# Asks $1 to end, waits $2 seconds, then kills it. A stopped process hears it as well.
stop_part() {
  signal_part "$1" "${3:-TERM}"
  signal_part "$1" CONT
  if ! await_end "$1" "$2"; then
    say "$1 does not end by itself; killing it."
    signal_part "$1" KILL
    await_end "$1" 10 || true
  fi
}

# Clients first: nodes drain, then what they stand on ends.
stop_all() {
  local name
  while read -r name; do
    signal_part "$name" TERM
    signal_part "$name" CONT
  done < <(node_names)
  while read -r name; do
    stop_part "$name" $((drain_seconds + 20))
  done < <(node_names)
  stop_part nginx 10
  stop_part redis 10
  stop_part database 60
}

kill_all() {
  local name
  while read -r name; do
    signal_part "$name" KILL
  done < <(part_names)
}

# ---- the whole

start_part() {
  case $1 in
    database) start_database ;;
    redis) start_redis ;;
    nginx) start_nginx ;;
    n*)
      launch_node "$1"
      # Nobody shall take the process before for this one, however this ends.
      write_cluster_file
      await_node "$1"
      ;;
  esac
}

# A string of JSON.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# The words that start part $1 again, as a list of JSON.
start_words() {
  printf '[%s, "--data", %s, "start", "%s"]' "$(quoted "$root/ops/cluster")" "$(quoted "$data")" "$1"
}

# Tells programs where everything is: data/cluster/cluster.json.
write_cluster_file() (
  umask 077
  exec 8>"$run/state.lock"
  flock 8 2>/dev/null || true
  url="http://127.0.0.1:$(port_of nginx)/"
  {
    printf '{\n  "launcher": %s,\n  "url": "%s",\n  "nodes": [' "$launcher" "$url"
    comma=""
    while read -r name; do
      printf '%s\n    {"name": "%s", "pid": %s, "port": %s, "adminPort": %s, "start": %s}' "$comma" "$name" \
        "$(pid_of "$name")" "$(port_of "$name")" "$(admin_port_of "$name")" "$(start_words "$name")"
      comma=","
    done < <(node_names)
    printf '\n  ],\n'
    printf '  "database": {"pid": %s, "port": %s, "url": "jdbc:mariadb://127.0.0.1:%s/parley", "user": "parley", "passwordFile": %s, "rootPasswordFile": %s, "start": %s},\n' \
      "$(pid_of database)" "$(port_of database)" "$(port_of database)" "$(quoted "$data/database-password")" \
      "$(quoted "$data/database-root-password")" "$(start_words database)"
    printf '  "redis": {"pid": %s, "port": %s, "url": "redis://127.0.0.1:%s", "passwordFile": %s, "start": %s},\n' \
      "$(pid_of redis)" "$(port_of redis)" "$(port_of redis)" "$(quoted "$data/redis-password")" "$(start_words redis)"
    printf '  "nginx": {"pid": %s, "port": %s, "start": %s, "reload": [%s, "--data", %s, "reload"]},\n' \
      "$(pid_of nginx)" "$(port_of nginx)" "$(start_words nginx)" "$(quoted "$root/ops/cluster")" "$(quoted "$data")"
    printf '  "adminKeyFile": %s\n}\n' "$(quoted "$data/admin-key")"
  } >"$data/cluster.json.new"
  mv -f "$data/cluster.json.new" "$data/cluster.json"
)
