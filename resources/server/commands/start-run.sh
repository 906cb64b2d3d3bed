# start-run RUN [SPEC OWNED]: takes the run's files from standard input (tar.gz) and starts it as a transient unit,
# which goes on whatever happens to this connection. SPEC and OWNED: sha256 of the files that the run was planned from,
# empty where there was none. Exit codes: 75 another run is going on; its id and the first line of its log are printed,
# where it has them already. 76 the files have changed since.
set -eu
umask 077
folder=/var/lib/homeport/runs/$1
refuse() { # CODE
  rm -rf "$folder"
  exit "$1"
}
refuse_if_busy() {
  case $(systemctl show --property=ActiveState --value homeport-run.service) in
    active | activating | deactivating) ;;
    *) return ;;
  esac
  other=$(systemctl show --property=Description --value homeport-run.service)
  echo "$other"
  head -n 1 "/var/lib/homeport/runs/${other##* }/log" 2>/dev/null || true
  refuse 75
}
has_sum() { # SUM FILE
  local sum=
  [ ! -e "$2" ] || sum=$(sha256sum <"$2")
  [ "${sum%% *}" = "$1" ]
}
# What takes the log of an uninstall away ends within seconds; folders that it finds empty must not go while they are filled.
wait_for_leaving() {
  for _ in {1..300}; do
    [ -e /run/systemd/transient/homeport-leave.service ] || return 0
    sleep 0.1
  done
  echo "Homeport is still being taken off this server (homeport-leave.service)." >&2
  return 1
}
refuse_if_busy
wait_for_leaving
mkdir -p /var/lib/homeport
chmod 0755 /var/lib/homeport
mkdir -p "$folder"
tar -xz --no-same-owner -C "$folder"
: >"$folder/log"
# From here to the start nobody else can start a run, and one that was going on has ended: the files stay as they are.
exec 9>/var/lib/homeport/start.lock
flock --nonblock 9 || refuse 75
refuse_if_busy
if [ $# -gt 1 ]; then
  has_sum "$2" /etc/homeport/spec.json || refuse 76
  has_sum "$3" /var/lib/homeport/owned.json || refuse 76
fi
# One name for all runs: systemd itself lets only one of them be.
systemd-run --quiet --collect --service-type=exec --unit=homeport-run --description="Homeport run $1" \
  /bin/bash "$folder/runner" 2>"$folder/start-error" || {
  cat "$folder/start-error" >&2
  refuse_if_busy
  refuse 1
}
