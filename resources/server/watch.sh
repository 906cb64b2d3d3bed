#!/bin/bash
# Tells how the server is doing and when something changed, until its reader is gone. It changes nothing.
#
#   vitals <milliseconds since 1970> <load 1> <5> <15> <cpus> <memory total KiB> <available KiB> <disk total bytes> <available bytes> <uptime seconds>
#   changed units | changed files
#
# A line of vitals comes at once and every 5 seconds; it is also how the end of the reader is noticed.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
shopt -s nullglob dotglob

readonly tick_s=5 disk_every_s=60
# Changes come in bursts (a run, a start of many sites): one line stands for all within this time.
readonly burst_s=0.4 longest_burst_s=3

read_disk() {
  local stdout
  stdout=$(df --block-size=1 --output=size,avail /var/lib 2>/dev/null) && read -r disk_total disk_available <<<"${stdout##*$'\n'}"
  disk_read_at=$SECONDS
}

say_vitals() {
  local key value _ memory_total=0 memory_available=0 load uptime now=$EPOCHREALTIME
  ((SECONDS - disk_read_at < disk_every_s)) || read_disk
  while read -r key value _; do
    case $key in
      MemTotal:) memory_total=$value ;;
      MemAvailable:) memory_available=$value; break ;;
    esac
  done </proc/meminfo
  read -r -a load </proc/loadavg
  read -r uptime _ </proc/uptime
  # EPOCHREALTIME is seconds, a point and microseconds.
  printf 'vitals %s %s %s %s %s %s %s %s %s %s\n' "${now%???????}${now: -6:3}" "${load[@]:0:3}" "$cpus" \
    "$memory_total" "$memory_available" "$disk_total" "$disk_available" "$uptime"
}

# Time of change, size and inode of everything that Homeport wrote or shows. One process, whatever the number of files.
sign_files() {
  stat --format='%z %s %i %n' /etc/homeport /etc/homeport/* /etc/homeport/*/* /etc/homeport/*/*/* /etc/homeport/*/*/*/* /etc/systemd/system/homeport-* \
    /etc/docker/daemon.json /etc/sysctl.d/60-homeport.conf /usr/local/lib/homeport /usr/local/lib/homeport/* \
    /var/lib/homeport/owned.json /var/lib/homeport/certificates /var/lib/homeport/certificates/*.pem /var/lib/homeport/renewals/state/*.json /var/lib/homeport/sites /var/lib/homeport/sites/*/pull.state \
    /srv/homeport /srv/homeport/*/current /srv/homeport/*/releases /run/homeport/proxy.loaded /run/reboot-required 2>/dev/null
}

say_changed_files() {
  local now
  now=$(sign_files)
  [[ $now == "$signature" ]] || printf 'changed files\n'
  signature=$now
}

# Whether a line of the journal, by PID 1, is about one of our units. journalctl writes one flat object per line.
is_ours() { [[ $1 =~ \"UNIT\":\"(homeport-[^\"]*|docker\.service|containerd\.service)\" ]]; }

# Reads the rest of a burst, so that it becomes one line.
skip_burst() {
  local until=$((SECONDS + longest_burst_s))
  while ((SECONDS < until)) && IFS= read -r -t "$burst_s" -u "$journal" _; do :; done
}

watch() {
  local line status wait_s pending='' next journal follower cpus disk_total=0 disk_available=0 disk_read_at=$((-disk_every_s)) signature
  cpus=$(nproc)
  exec {journal}< <(exec journalctl --follow --lines=0 --output=json --output-fields=UNIT _PID=1 2>/dev/null)
  follower=$!
  # journalctl would only notice at its next line that nobody reads it.
  # shellcheck disable=SC2064 # its id now
  trap "kill $follower 2>/dev/null" EXIT
  trap 'exit 0' HUP INT TERM PIPE
  signature=$(sign_files)
  say_vitals || exit 0
  next=$((SECONDS + tick_s))
  while :; do
    if ((SECONDS >= next)); then
      say_vitals || exit 0
      say_changed_files || exit 0
      next=$((SECONDS + tick_s))
    fi
    # A wait of 0 would only ask whether there is something to read.
    wait_s=$((next - SECONDS))
    IFS= read -r -t "$((wait_s > 0 ? wait_s : 1))" -u "$journal" line
    status=$?
    # Above 128 the time ran out, perhaps within a line.
    if ((status > 128)); then pending+=$line; continue; fi
    # The journal cannot be followed (any more): the vitals go on.
    if ((status != 0)); then sleep "$tick_s"; continue; fi
    line=$pending$line pending=''
    if is_ours "$line"; then
      skip_burst
      printf 'changed units\n' || exit 0
    fi
  done
}

{
  watch </dev/null
  exit 0
}
