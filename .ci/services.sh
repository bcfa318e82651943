# Sourced by .ci/run: leaves DATABASE_URL and REDIS_URL pointing at a PostgreSQL and a Redis on this machine.
# Uses the ones that already answer; otherwise installs them from Debian's packages and starts private ones, which end
# with the shell.

psa_services_folder=$(mktemp -d)
psa_services_stop() {
  if [ -d "$psa_services_folder/postgres" ]; then
    runuser -u postgres -- "$psa_pg_bin/pg_ctl" -D "$psa_services_folder/postgres" -m immediate stop >/dev/null 2>&1 || true
  fi
  if [ -f "$psa_services_folder/redis.pid" ]; then kill "$(cat "$psa_services_folder/redis.pid")" 2>/dev/null || true; fi
  rm -rf "$psa_services_folder"
}
trap psa_services_stop EXIT

psa_install() {
  echo "installing $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

psa_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

if [ -z "${DATABASE_URL:-}" ]; then
  candidate=postgresql://postgres@127.0.0.1:5432/postgres
  if command -v psql >/dev/null && psql "$candidate" -qtAc 'select 1' >/dev/null 2>&1; then
    DATABASE_URL=$candidate
  else
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || psa_install postgresql
    psa_pg_bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
    chmod 755 "$psa_services_folder"
    install -d -o postgres "$psa_services_folder/postgres"
    runuser -u postgres -- "$psa_pg_bin/initdb" -A trust -U postgres -D "$psa_services_folder/postgres" >/dev/null
    runuser -u postgres -- "$psa_pg_bin/pg_ctl" -w -D "$psa_services_folder/postgres" -l "$psa_services_folder/postgres/log" \
      -o "-p 5439 -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null
    DATABASE_URL=postgresql://postgres@127.0.0.1:5439/postgres
  fi
fi

if [ -z "${REDIS_URL:-}" ]; then
  if psa_answers 6379; then
    REDIS_URL=redis://127.0.0.1:6379/5
  else
    command -v redis-server >/dev/null || psa_install redis-server
    redis-server --port 6389 --bind 127.0.0.1 --save '' --appendonly no --daemonize yes \
      --pidfile "$psa_services_folder/redis.pid" --logfile "$psa_services_folder/redis.log" >/dev/null
    for _ in $(seq 50); do psa_answers 6389 && break; sleep 0.1; done
    REDIS_URL=redis://127.0.0.1:6389/5
  fi
fi

export DATABASE_URL REDIS_URL
echo "services: PostgreSQL and Redis answer"
