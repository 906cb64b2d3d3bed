# start-run RUN: takes the run's files from standard input (tar.gz) and starts it as a transient unit,
# which goes on whatever happens to this connection. Exit code 75: another run is going on; its id and the first
# line of its log are printed.
set -eu
umask 077
folder=/var/lib/homeport/runs/$1
refuse_if_busy() {
  case $(systemctl show --property=ActiveState --value homeport-run.service) in
    active | activating | deactivating) ;;
    *) return ;;
  esac
  other=$(systemctl show --property=Description --value homeport-run.service)
  echo "$other"
  head -n 1 "/var/lib/homeport/runs/${other##* }/log" 2>/dev/null || true
  exit 75
}
refuse_if_busy
mkdir -p /var/lib/homeport
chmod 0755 /var/lib/homeport
mkdir -p "$folder"
tar -xz --no-same-owner -C "$folder"
: >"$folder/log"
# One name for all runs: systemd itself lets only one of them be.
systemd-run --quiet --collect --service-type=exec --unit=homeport-run --description="Homeport run $1" \
  /bin/bash "$folder/runner" 2>"$folder/start-error" || {
  cat "$folder/start-error" >&2
  rm -rf "$folder"
  refuse_if_busy
  exit 1
}
