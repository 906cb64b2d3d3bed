# start-run RUN [SPEC OWNED]: takes the run's files from standard input (tar.gz) and starts it as a transient unit,
# which goes on whatever happens to this connection. SPEC and OWNED: sha256 of the files that the run was planned from,
# empty where there was none. Exit codes: 75 another run is going on; its id and the first line of its log are printed,
# where it has them already. 76 the files have changed since. 77 there is no room for the run's own files.
set -eu
umask 077
runs=/var/lib/homeport/runs
folder=$runs/$1
in_memory=/run/homeport/runs/$1
refuse() { # CODE
  rm -rf "$folder" "$in_memory"
  exit "$1"
}
refuse_if_busy() {
  case $(systemctl show --property=ActiveState --value homeport-run.service) in
    active | activating | deactivating) ;;
    *) return ;;
  esac
  other=$(systemctl show --property=Description --value homeport-run.service)
  echo "$other"
  head -n 1 "$runs/${other##* }/log" 2>/dev/null || true
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
# has_room FOLDER MEGABYTES: for so much, and for some files. A file system that makes as many files as it is asked for counts none.
has_room() {
  local free block all_files free_files
  read -r free block all_files free_files < <(stat --file-system --format='%f %S %c %d' -- "$1")
  [ $((free * block / 1000000)) -ge "$2" ] && { [ "$all_files" = 0 ] || [ "$free_files" -ge 2000 ]; }
}
# To free a full disk takes a run, too: its files and its log are in memory then, where others that fill the disk cannot take their room,
# and whoever reads runs finds them by a link. That takes next to nothing of the disk; the oldest run's log makes place for it.
make_folder() {
  if has_room "$runs" 64; then
    mkdir "$folder"
    return
  fi
  install -d -m 0755 /run/homeport
  mkdir -p "$in_memory"
  # The whole system needs room there.
  has_room "$in_memory" 16 || return
  ln -s "$in_memory" "$folder" 2>/dev/null && return
  find "$runs" -mindepth 1 -maxdepth 1 | sort | head -n 1 | xargs -r rm -rf
  ln -s "$in_memory" "$folder"
}
refuse_full() {
  echo 'The disk of this server is full: there is no room for the files of a change.' >&2
  refuse 77
}
refuse_if_busy
wait_for_leaving
mkdir -p "$runs" || refuse_full
chmod 0755 /var/lib/homeport
make_folder || refuse_full
if ! tar -xz --no-same-owner -C "$folder"; then
  if has_room "$folder" 1; then refuse 1; else refuse_full; fi
fi
: >"$folder/log"
# From here to the start nobody else can start a run, and one that was going on has ended: the files stay as they are.
exec 9>/var/lib/homeport/start.lock || refuse_full
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
