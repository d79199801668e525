# How each part of a cluster on this machine is started. To be sourced by cluster.sh.
# shellcheck shell=bash

# ---- the database

# A random word, in a file that only its owner reads, made once.
secret() {
  if [ ! -s "$1" ]; then
    (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1")
  fi
  cat "$1"
}

# Sets $mariadb: the server with the options that say where its files are.
find_mariadb() {
  local program prefix=/usr
  program=$(program_path mariadbd)
  case $program in
    "$servers"/*) prefix=$servers/root/usr ;;
  esac
  mariadb=("$program" --no-defaults "--basedir=$prefix" "--lc-messages-dir=$prefix/share/mysql"
    "--character-sets-dir=$prefix/share/mysql/charsets" "--plugin-dir=$prefix/lib/mysql/plugin"
    --character-set-server=utf8mb4 --collation-server=utf8mb4_bin "--tmpdir=$data/run")
  mariadb_share=$prefix/share/mysql
  [ "$(id -u)" -ne 0 ] || mariadb+=(--user=root)
}

# Makes the system tables, once.
prepare_database() {
  local folder=$data/database
  [ ! -d "$folder" ] || return 0
  find_mariadb
  rm -rf "$folder.new"
  mkdir -p "$folder.new"
  {
    printf 'create database if not exists mysql;\nuse mysql;\n'
    cat "$mariadb_share"/mysql_system_tables.sql "$mariadb_share"/mysql_performance_tables.sql \
      "$mariadb_share"/mysql_system_tables_data.sql
  } | "${mariadb[@]}" --bootstrap --skip-log-bin --log-warnings=0 "--datadir=$folder.new" \
    >>"$data/log/database.log" 2>&1 || die "The database could not be made; see $data/log/database.log."
  mv "$folder.new" "$folder"
}

# What the server runs at each start before it listens: one user for the nodes, and a password for root.
write_database_init() {
  local word root_word
  word=$(secret "$data/database-password")
  root_word=$(secret "$data/database-root-password")
  (umask 077 && cat >"$run/database.sql") <<SQL
set sql_log_bin=0;
delete from mysql.global_priv where user='' or (user='root' and host not in ('localhost', '127.0.0.1'));
flush privileges;
create or replace user root@localhost identified by '$root_word';
grant all on *.* to root@localhost with grant option;
create or replace user root@127.0.0.1 identified by '$root_word';
grant all on *.* to root@127.0.0.1 with grant option;
create database if not exists parley character set utf8mb4 collate utf8mb4_bin;
create user if not exists parley@127.0.0.1;
alter user parley@127.0.0.1 identified by '$word';
grant all on parley.* to parley@127.0.0.1;
grant process, replication client on *.* to parley@127.0.0.1;
SQL
}

start_database() {
  prepare_database
  find_mariadb
  write_database_init
  launch database "${mariadb[@]}" "--datadir=$data/database" "--port=$(port_of database)" \
    --bind-address=127.0.0.1 --socket=server.sock "--init-file=$run/database.sql" --skip-name-resolve \
    --skip-log-bin --innodb-flush-log-at-trx-commit=1 --innodb-doublewrite=1 \
    --innodb-log-file-size=1G --innodb-buffer-pool-size=2G \
    "--max-connections=$((nodes * 30 + 30))"
  await database 60 database_answers
}

# A server that listens greets.
database_answers() {
  [ -n "$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && head -c 5 <&3 | od -An -tx1' - \
    "$(port_of database)" 2>/dev/null)" ]
}

# ---- Redis

# Nothing is stored: what Redis holds may be lost at any moment.
start_redis() {
  local file=$run/redis.conf
  (umask 077 && cat >"$file") <<CONF
port $(port_of redis)
bind 127.0.0.1
dir "$data/run"
requirepass $(secret "$data/redis-password")
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
client-output-buffer-limit pubsub 32mb 8mb 10
set-proc-title no
CONF
  launch redis "$(program_path redis-server)" "$file"
  await redis 20 redis_answers
}

redis_answers() {
  case $(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "PING\r\n" >&3 && read -r line <&3 && echo "$line"' \
    - "$(port_of redis)" 2>/dev/null) in
    +PONG* | -NOAUTH*) return 0 ;;
  esac
  return 1
}

# ---- nodes

# The settings of a node, as a file that holds no secret but names those that do. All people come from one
# address here, so the limits per address are those of a whole town.
write_node_file() {
  local folder=$data/$1
  mkdir -p "$folder"
  cat >"$folder/application.yaml" <<YAML
node:
  name: $1
  data: "$folder"
  drain-time: ${drain_seconds}s
http:
  port: $(port_of "$1")
  trusted-proxies: [127.0.0.1]
admin:
  port: $(admin_port_of "$1")
database:
  url: "jdbc:mariadb://127.0.0.1:$(port_of database)/parley"
  user: parley
  password-file: "$data/database-password"
redis:
  url: "redis://127.0.0.1:$(port_of redis)"
  password-file: "$data/redis-password"
cluster:
  secret-file: "$data/cluster-secret"
history:
  lanes: 1
sessions:
  limits:
    per-address-max: 18000
    handshakes-per-address-max: 2000
    requests-per-second: 2000
    requests-burst: 10000
YAML
}

# Variables of the caller's that would change what makes a cluster; others (limits, PARLEY_LOG_LEVEL) hold.
forget_environment() {
  local name
  while read -r name; do
    unset "$name"
  done < <(compgen -e | grep -E '^PARLEY_(DATABASE|REDIS|CLUSTER|NODE|HTTP|ADMIN)_' || true)
}

# Each node runs a copy of its own, so that a build does not pull the jar from under it.
install_program() {
  local copy=$data/$1/parley.jar
  if [ ! -f "$copy" ] || [ "$jar" -nt "$copy" ] || [ "$jar" -ot "$copy" ]; then
    mkdir -p "$data/$1"
    cp -p "$jar" "$copy.new"
    mv -f "$copy.new" "$copy"
  fi
}

# Runs a command of the newest program, with the settings of node 1, to its end.
program() {
  "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -jar "$jar" "$@" --config "$data/n1/application.yaml"
}

launch_node() {
  local extra=${PARLEY_JAVA_OPTS:-} options=(-Xmx512m -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError)
  case $extra in
    *-XX:+Use*GC*) ;;
    *) options+=(-XX:+UseSerialGC) ;;
  esac
  write_node_file "$1"
  install_program "$1"
  # shellcheck disable=SC2086 # PARLEY_JAVA_OPTS is a list of options.
  launch "$1" "$JAVA_HOME/bin/java" "${options[@]}" $extra \
    -jar "$data/$1/parley.jar" serve --config "$data/$1/application.yaml"
}

# The line that says it, and the answer that nginx goes by.
node_is_ready() {
  grep -q '^parley admin ' "$run/$1.out" 2>/dev/null &&
    [ "$(http_status "$(port_of "$1")" /health/ready)" = 200 ]
}

await_node() {
  await "$1" 90 node_is_ready "$1"
}

# The status that GET $2 on port $1 is answered with; nothing when there is no answer.
http_status() {
  # shellcheck disable=SC2016 # the other shell expands it
  timeout 3 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" "$2" >&3 &&
    read -r unused status unused <&3 && echo "$status"' - "$1" "$2" 2>/dev/null
}

# ---- nginx

# The product's own configuration with the addresses of this cluster. All people come from one address, so
# the limit of connections per address has to go.
write_nginx_file() {
  local servers=""
  while read -r name; do
    servers="$servers 127.0.0.1:$(port_of "$name")"
  done < <(node_names)
  mkdir -p "$data/nginx/log"
  awk -v servers="$servers" -v listen="127.0.0.1:$(port_of nginx)" '
    BEGIN { count = split(servers, server, " ") }
    /^ *server 127\.0\.0\.1:8080/ {
      for (i = 1; i <= count; i++) { line = $0; sub(/127\.0\.0\.1:8080/, server[i], line); print line }
      next
    }
    /^ *listen 80;/ { sub(/80/, listen) }
    /^ *limit_conn per_address / { next }
    { gsub(/\/var\/log\/nginx/, "log"); print }
    /^http \{/ {
      split("client_body proxy fastcgi uwsgi scgi", kind, " ")
      for (i = 1; i <= 5; i++) print "    " kind[i] "_temp_path " kind[i] ";"
    }' "$root/ops/nginx/parley.conf" >"$data/nginx/nginx.conf"
}

start_nginx() {
  local user=""
  [ "$(id -u)" -ne 0 ] || user="user root; "
  write_nginx_file
  launch nginx "$(program_path nginx)" -p "$data/nginx/" -e "$data/nginx/log/start.log" -c "$data/nginx/nginx.conf" \
    -g "daemon off; ${user}pid nginx.pid;"
  await nginx 20 nginx_answers
}

nginx_answers() {
  [ -n "$(http_status "$(port_of nginx)" /health/ready)" ]
}
