#!/bin/bash
# Prints everything that Homeport needs to know about this server, in one exchange. It changes nothing and
# leaves nothing behind (apt may refresh its own package cache, as every question to apt does).
#
#   gather.sh [STAMP [HOST...]]
#
# STAMP is that of an earlier answer's `updates`: where it is still true they are not computed again, which would
# take more time than all the rest; `without` never computes them. HOSTs are mail servers to try on port 25.
#
# The answer, compressed as a whole, is a row of sections:
#
#   @@ <name> <exit code> <length in bytes>\n<that many bytes>\n
#
# so that no content can pass for a section. What a section's commands said on stderr follows as `<name>.error`.
# The last one is `@@ files 0 -` and a tar archive up to the end. A section that fails never stops the others.
# shellcheck disable=SC2317 # functions are called by their name
set -u
export LC_ALL=C TZ=UTC PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
shopt -s nullglob dotglob extglob

# Files up to this size come with their content, larger ones as a hash.
readonly whole_file_kib=256
# Larger ones of those that parts with fewer rights write are not theirs.
readonly others_file_kib=64
# Settings that Homeport may set, beside those in its own sysctl file.
readonly kernel_settings=(net.ipv4.ip_unprivileged_port_start net.ipv4.ip_forward net.core.somaxconn vm.swappiness vm.overcommit_memory)

# section NAME COMMAND... : runs a command and prints what it said as a section. Gives the command's exit code.
section() {
  local name=$1 output error status
  shift
  { error=$({ output=$("$@"); status=$?; printf '@@ %s %d %d\n%s\n' "$name" "$status" "${#output}" "$output" >&3; exit "$status"; } 2>&1); } 3>&1
  status=$?
  error=${error:0:4000}
  [[ -z $error ]] || printf '@@ %s.error 0 %d\n%s\n' "$name" "${#error}" "$error"
  return "$status"
}

# Everything slow runs at the same time, each into its own pipe; the answer is read from the pipes in order.
pipes=()
begin() {
  local pipe
  exec {pipe}< <("$@")
  pipes+=("/dev/fd/$pipe")
}

first_line() { local line=''; IFS= read -r line 2>/dev/null <"$1"; printf '%s' "$line"; }
# The same of a file that is not root's: neither a link is followed nor a pipe or a device waited for.
first_line_of_others() { timeout -k 1 5 dd if="$1" iflag=nofollow,nonblock,fullblock bs=4096 count=1 status=none 2>/dev/null | head -n 1; }

read_system() {
  local key value _
  printf 'time=%s\n' "$started_at"
  printf 'kernel_name=%s\nkernel=%s\nhostname=%s\n' "$(first_line /proc/sys/kernel/ostype)" "$(first_line /proc/sys/kernel/osrelease)" "$(first_line /proc/sys/kernel/hostname)"
  printf 'load=%s\nuptime=%s\n' "$(first_line /proc/loadavg)" "$(first_line /proc/uptime)"
  while read -r key value _; do
    case $key in MemTotal: | MemAvailable: | SwapTotal:) printf '%s=%s\n' "${key%:}" "$value" ;; esac
  done </proc/meminfo
  printf 'cpus=%s\n' "$(nproc)"
  printf 'architecture=%s\n' "$(dpkg --print-architecture 2>/dev/null || uname -m)"
  printf 'virtualization=%s\n' "$(systemd-detect-virt 2>/dev/null)"
  [[ ! -d /run/systemd/system ]] || printf 'systemd=%s\n' "$(systemctl show --property=Version --value)"
  [[ ! -e /proc/net/if_inet6 ]] || printf 'ipv6=1\n'
  [[ ! -e /run/reboot-required && ! -e /var/run/reboot-required ]] || printf 'reboot_required=1\n'
  df --block-size=1 --output=size,avail /var/lib | while read -r key value; do printf 'disk=%s %s\n' "$key" "$value"; done
}

# `cloud-init status` would start Python for what these files say too.
read_cloud_init() {
  [[ -x /usr/bin/cloud-init ]] || { printf 'absent'; return; }
  if [[ -e /run/cloud-init/disabled || -e /etc/cloud/cloud-init.disabled ]]; then printf 'disabled'
  elif [[ -e /run/cloud-init/result.json ]]; then printf 'done %s' "$(</run/cloud-init/result.json)"
  else printf 'running'; fi
}

read_kernel_settings() {
  local key _
  {
    printf '%s\n' "${kernel_settings[@]}"
    [[ ! -r /etc/sysctl.d/60-homeport.conf ]] || cat /etc/sysctl.d/60-homeport.conf
  } | while IFS=' =' read -r key _; do
    [[ $key =~ ^[a-z0-9_.-]+$ && -r /proc/sys/${key//./\/} ]] && printf '%s=%s\n' "$key" "$(first_line "/proc/sys/${key//./\/}")"
  done
  return 0
}

read_users() {
  local name _
  while IFS=: read -r name _; do [[ $name != homeport* ]] || printf '%s\n' "$name"; done </etc/passwd
}

# Users whose first group is that of SFTP accounts, with their shells.
read_sftp_accounts() {
  local name number='' gid shell _
  while IFS=: read -r name _ gid _; do [[ $name != homeport-sftp ]] || number=$gid; done </etc/group
  [[ -n $number ]] || return 0
  printf 'group\n'
  while IFS=: read -r name _ _ gid _ _ shell; do [[ $gid != "$number" ]] || printf '%s %s\n' "$name" "$shell"; done </etc/passwd
}

# Their names only.
read_secrets() {
  [[ ! -d /var/lib/homeport/secrets ]] || find /var/lib/homeport/secrets -ignore_readdir_race -type f -printf '%f\n'
}

# How many messages wait in the mail server, and when the oldest came: a message keeps its inode on its way through the queue. Nothing
# where there never was a mail server. Only the mail server writes there: no link is followed, and it is given up in time.
read_mail_data() {
  local queue=/var/lib/homeport/mail/queue folders
  [[ -d /var/lib/homeport/mail ]] || return 0
  folders=("$queue"/@(maildrop|incoming|active|deferred|hold))
  ((${#folders[@]})) || { printf '0 0\n'; return; }
  timeout -k 1 5 find "${folders[@]}" -ignore_readdir_race -type f -exec stat --format=%W '{}' + 2>/dev/null | awk '$1 >= 1 && (!oldest || $1 < oldest) { oldest = $1 } END { printf "%d %d\n", NR, oldest }'
  # A message that leaves meanwhile is no failure; a list that takes too long is.
  ((PIPESTATUS[0] < 124))
}

# What was kept of sites that were removed: how many archives, and how large they are. Nothing where there are none.
read_archives() {
  [[ ! -d /srv/homeport/.archive ]] || find /srv/homeport/.archive -mindepth 1 -maxdepth 1 -type f -name '*.tar.gz' -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'
}

# Disks for what Homeport keeps that are not there: what lies on them is not gone.
read_unmounted() {
  local place options mounted _
  [[ -r /etc/fstab ]] || return 0
  mounted=$(</proc/self/mounts)
  while read -r _ place _ options _; do
    place=${place%/}
    case $place in /srv | /srv/homeport | /srv/homeport/* | /var | /var/lib | /var/lib/homeport | /var/lib/homeport/* | /var/lib/docker) ;; *) continue ;; esac
    [[ $mounted == *" $place "* || ,$options, == *,noauto,* ]] || printf '%s\n' "$place"
  done </etc/fstab
  return 0
}

read_units() {
  local file
  local -A names=()
  # Units whose file is gone are still loaded, and units that are off are not: both lists are needed. Templates are no units.
  for file in /etc/systemd/system/homeport-*.@(service|timer|socket|path|target|mount); do [[ $file == *@.* ]] || names[${file##*/}]=1; done
  while read -r file _; do names[$file]=1; done < <(timeout -k 1 20 systemctl list-units --all --plain --no-legend --no-pager --full -- 'homeport-*')
  # The unit of a run is asked for only while it is there: PID 1 logs each question for one that is gone, and our watch would take that for news.
  timeout -k 1 20 systemctl show --no-pager \
    --property=Id,LoadState,ActiveState,SubState,Description,StateChangeTimestamp,StateChangeTimestampMonotonic,NRestarts,UnitFileState,NeedDaemonReload,NextElapseUSecRealtime,NextElapseUSecMonotonic \
    -- docker.service containerd.service snap.docker.dockerd.service "${!names[@]}"
}

read_packages() {
  type dpkg-query apt-get >/dev/null || return
  # Files here are left by a dpkg that was interrupted.
  local file
  for file in /var/lib/dpkg/updates/+([0-9]); do printf '!|%s|\n' "${file##*/}"; done
  # shellcheck disable=SC2016 # dpkg's own placeholders
  dpkg-query --show --showformat='${db:Status-Abbrev}|${Package}|${Version}\n'
}

# The first line is the stamp: it changes with what is installed and with what is known to be available.
read_updates() {
  [[ $1 != without ]] || return 0
  type apt-get >/dev/null || return
  local lists=(/var/lib/apt/lists/*_Packages*) stamp
  ((${#lists[@]})) || { printf 'There are no package lists yet.\n' >&2; return 1; }
  stamp=$(stat --format=%.9Y /var/lib/dpkg/status /var/lib/apt/lists /etc/apt /etc/apt/preferences.d 2>/dev/null)
  stamp=${stamp//$'\n'/-}
  printf '%s\n' "$stamp"
  [[ $stamp != "$1" ]] || { printf 'unchanged\n'; return; }
  timeout -k 1 30 apt-get --simulate --with-new-pkgs -o APT::Get::Show-User-Simulation-Note=false upgrade | grep '^Inst '
  return "${PIPESTATUS[0]}"
}

# Who holds a lock of apt or dpkg. The kernel lists locks by process; which file it is, its open files say.
read_package_locks() {
  local kind pid lock fd _
  while read -r _ kind _ _ pid _; do
    [[ $kind == POSIX && $pid =~ ^[1-9][0-9]*$ ]] || continue
    for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
      for fd in "/proc/$pid/fd/"*; do
        [[ $fd -ef $lock ]] && printf '%s\n' "$(first_line "/proc/$pid/comm")"
      done
    done
  done </proc/locks
  return 0
}

# engine PATH : one question to Docker's engine. Perl is part of every Debian and Ubuntu, curl is not.
# Images bring labels of their own, as many and as long as whoever made them likes: of labels only Homeport's are told, and
# of other texts none that is longer than a name can be. It is read bit by bit, so that no answer takes the memory of the server.
engine() {
  # shellcheck disable=SC2016 # Perl's own variables
  timeout -k 1 10 perl -e '
    # AF_UNIX and SOCK_STREAM are 1 on Linux: the module that knows it would take longer than the question.
    socket my $engine, 1, 1, 0 or die "$!\n";
    connect $engine, pack("S Z*", 1, "/var/run/docker.sock") or die "Docker cannot be reached: $!\n";
    syswrite $engine, "GET $ARGV[0] HTTP/1.0\r\nHost: docker\r\n\r\n";
    my ($buffer, $longest) = ("", 4096);
    sub more { sysread($engine, $buffer, 65536, length $buffer) }
    until ($buffer =~ /\r\n\r\n/) { more() or last }
    $buffer =~ s{\A(HTTP/1\.[01] (\d+).*?)\r\n\r\n}{}s or die "Docker did not answer: " . substr($buffer, 0, 1000) . "\n";
    $2 == 200 or die "Docker answered: " . substr("$1\n$buffer", 0, 1000) . "\n";

    # Outside of texts all is told as it is, but within "Labels":{...}, where @pair waits for the value of its key.
    my ($text, $before, $labels, $is_over, @pair, @kept);
    sub told {
      my $word = length $_[0] > $longest ? "" : $_[0];
      if ($labels) {
        push @pair, $word;
        if (@pair == 2) { push @kept, "\"$pair[0]\":\"$pair[1]\"" if $pair[0] =~ /\Ahomeport(?:\.(?:hash|site|version))?\z/; @pair = () }
      } else { print "\"$word\"" }
      $before = $word;
    }
    do {
      while (length $buffer) {
        if (defined $text) {
          if ($buffer =~ s/\A((?:[^"\\]++|\\.){1,500})//s) { $text .= $1 if length $text <= $longest }
          elsif ($buffer =~ s/\A"//) { told($text); undef $text }
          else { last } # the rest of an escape is on its way
        } else {
          $buffer =~ s/\A([^"]*)"// or last; # where the next text begins is on its way
          ($text, my $marks) = ("", $1);
          if ($labels) {
            $marks =~ s/\A[^}]*// && $marks ne "" or next;
            print join ",", splice @kept;
            $labels = 0;
          }
          $labels = $before eq "Labels" && $marks eq ":{";
          $before = "";
          print $marks;
        }
      }
      # One mark more at the end: the last marks are told by it, and a text that was broken off would be ended by it.
    } while (more() || (!$is_over++ && ($buffer .= "\"")));
    defined $text && !$labels or die "Docker broke off its answer.\n"' -- "$1"
}

docker_sections() {
  # Docker 20.10 asks the engine even for its own version, which would start one that somebody stopped.
  type docker >/dev/null 2>&1 && section docker.client env DOCKER_HOST=unix:///nonexistent docker --version
  [[ ! -e /snap/bin/docker ]] || section docker.snap echo 1
  [[ -S /var/run/docker.sock ]] || return
  # Where systemd holds the socket, a question would start an engine that somebody stopped.
  if systemctl is-active --quiet docker.socket && ! systemctl is-active --quiet docker.service; then return; fi
  # An engine that hangs is waited for once.
  section docker.version engine /version || return
  section docker.info engine /info
  section docker.containers engine '/containers/json?all=1'
  section docker.images engine /images/json
  section docker.networks engine /networks
}

# Folders of sites, their versions and the version that is served. Names with unusual characters are not ours.
# Whoever writes the files of a site may make folders there without end: of each site only so many are looked at, and the newest of
# these told, but always the one that is served. No link is followed on the way there.
#   d <time> <site>/releases/<version>  a version;  l <time> <site>/current <target>  the link to the one that is served
#   s, o, p 0 <site> <user>  the folder of its state, of its data, and of data that is closed to others; with the user whom it belongs to
read_sites() {
  # shellcheck disable=SC2016 # Perl's own variables
  [[ ! -d /var/lib/homeport/sites && ! -d /srv/homeport ]] || timeout -k 1 30 perl -MFcntl -e '
    my ($most_seen, $most_told) = (5000, 40);
    my (%user_name, @told);
    sub owner { my $uid = $_[0]; $user_name{$uid} //= getpwuid($uid) // $uid }
    sub names { my $folder = $_[0]; opendir my $all, $folder or return; my @names = grep { !/[^A-Za-z0-9.-]/ && !/\A\.\.?\z/ } readdir $all; @names }
    my $state = "/var/lib/homeport/sites";
    for my $name (names($state)) { my @stat = lstat "$state/$name"; print "s 0 $name ", owner($stat[4]), "\n" if -d _ }
    my $data = "/srv/homeport";
    for my $name (names($data)) {
      my @site = lstat "$data/$name";
      -d _ or next;
      print +(($site[2] & 07777) == 0750 ? "p" : "o"), " 0 $name ", owner($site[4]), "\n";
      # Relative to a folder that is held open: it stays the same one, whatever is renamed meanwhile.
      my ($site_folder, $releases, $all);
      sysopen $site_folder, "$data/$name", O_RDONLY | O_DIRECTORY | O_NOFOLLOW and chdir $site_folder or next;
      my $served = readlink "current";
      my @link = lstat "current";
      print "l $link[9] $name/current $served\n" if defined $served && $served !~ m{[^A-Za-z0-9/._-]};
      sysopen $releases, "releases", O_RDONLY | O_DIRECTORY | O_NOFOLLOW and chdir $releases and opendir $all, "." or next;
      my %at;
      my @live = defined $served && $served =~ m{\A(?:/srv/homeport/[^/]+/|\./)?releases/([A-Za-z0-9._-]+)/?\z} ? ($1) : ();
      for (@live, grep { !/[^A-Za-z0-9._-]/ && !/\A\.\.?\z/ } read_some($all, $most_seen)) {
        my @stat = lstat $_;
        $at{$_} = $stat[9] if -d _;
      }
      my @newest = grep { defined $at{$_} && $_ ne ($live[0] // "") } sort { $at{$b} <=> $at{$a} } keys %at;
      push @told, map { "$name/releases/$_" } (grep { defined $at{$_} } @live), splice @newest, 0, $most_told;
    }
    # The exact times, which Perl by itself does not know.
    $| = 1;
    my $stat;
    chdir $data and open $stat, "|-", "xargs", "--null", "--no-run-if-empty", "stat", "--printf=d %.9Y %n \n", "--" or exit;
    print $stat map { "$_\0" } @told;
    close $stat; # What has vanished meanwhile is not told.
    exit 0;
    sub read_some { my ($all, $most) = @_; my @found; while (@found < $most && defined(my $name = readdir $all)) { push @found, $name } @found }'
}

# The last 20 runs: name and first line of each log, then their last lines.
list_runs() {
  logs=(/var/lib/homeport/runs/[0-9]*/log)
  ((${#logs[@]} <= 20)) || logs=("${logs[@]: -20}")
}
read_runs() {
  local logs log
  list_runs
  for log in "${logs[@]}"; do printf '%s\n%s\n' "$log" "$(first_line "$log")"; done
}
read_run_ends() {
  local logs
  list_runs
  # What a program said last, and never ended, may be of any length.
  ((${#logs[@]} == 0)) || tail -v -n 1 -- "${logs[@]}" | cut --bytes=-65536
}

# Only where it is still there: others may have taken every rule away.
read_firewall() { if type nft >/dev/null 2>&1 && nft list table inet homeport >/dev/null 2>&1; then first_line /run/homeport/firewall.loaded; fi; }

# Whether a mail server outside can be reached, of several, since each of them may be down.
check_mail() {
  local host
  for host in "$@"; do
    # shellcheck disable=SC2016 # for the inner shell
    timeout 4 bash -c 'exec 3<>"/dev/tcp/$1/25"' bash "$host" 2>/dev/null && printf '%s\n' "$host" &
  done
  wait
}

# Sets `places`: where small files of Homeport are, and `others`: files that parts with fewer rights write.
find_places() {
  local place
  places=() others=()
  for place in /etc/homeport /usr/local/lib/homeport /etc/systemd/system/homeport* /etc/systemd/system/docker.service.d/homeport.conf \
    /etc/systemd/journald.conf.d/homeport.conf /etc/sysctl.d/60-homeport.conf /etc/docker/daemon.json /etc/ssh/sshd_config.d/00-homeport-sftp.conf \
    /etc/apt/sources.list.d/homeport-* /etc/apt/keyrings/homeport-* /var/lib/homeport/owned.json /var/lib/homeport/packages.before \
    /var/lib/homeport/live/live.map /var/lib/homeport/apps; do
    [[ ! -e $place ]] || places+=("$place")
  done
  for place in /var/lib/homeport/certificates/*.pem /var/lib/homeport/renewals/state/*.json /var/lib/homeport/sites/*/pull.state; do
    others+=("$place")
  done
}

# Secrets are in files named *.key and never leave the server. The spec and the owned list are needed whatever their size.
small=('(' -size "-$((whole_file_kib + 1))k" -o -path /etc/homeport/spec.json -o -path /var/lib/homeport/owned.json ')')
read_large_files() {
  ((${#places[@]})) || return 0
  find "${places[@]}" -ignore_readdir_race -type f ! -name '*.key' ! "${small[@]}" -printf '%m %U %G ' -exec sha256sum {} \;
}
# Of what others write only what can be theirs. tar follows no link either, and waits for no pipe.
archive_files() {
  ((${#places[@]} == 0)) || find "${places[@]}" -type f ! -name '*.key' "${small[@]}" -print0
  ((${#others[@]} == 0)) || find "${others[@]}" -maxdepth 0 -type f -size "-$((others_file_kib + 1))k" -print0
}

gather() {
  local started_at=${EPOCHREALTIME-}
  begin section updates read_updates "${1-}"
  begin docker_sections
  begin section packages read_packages
  begin section units read_units
  (($# < 2)) || begin section mail check_mail "${@:2}"
  begin section system read_system
  begin section listeners ss -Hltunp
  begin section package-locks read_package_locks
  begin section sites read_sites
  begin section runs read_runs
  begin section run-ends read_run_ends
  section os-release cat /etc/os-release
  section cloud-init read_cloud_init
  section kernel-settings read_kernel_settings
  section users read_users
  section sftp-accounts read_sftp_accounts
  section secrets read_secrets
  section mail-data read_mail_data
  section archives read_archives
  section unmounted read_unmounted
  section addresses ip -o addr show scope global
  section proxy-loaded first_line /run/homeport/proxy.loaded
  section firewall-loaded read_firewall
  section static-loaded first_line /run/homeport/static.loaded
  section mail-loaded first_line /run/homeport/mail.loaded
  section mail-key first_line_of_others /var/lib/homeport/mail/keys/dkim.pub
  find_places
  section large-files read_large_files
  cat -- "${pipes[@]}"
  printf '@@ files 0 -\n'
  archive_files | tar --create --absolute-names --null --no-recursion --verbatim-files-from --files-from=- --numeric-owner --hard-dereference --format=gnu 2>/dev/null
}

# The script may come on standard input: it is read to its end before anything could eat it.
{
  if type gzip >/dev/null 2>&1; then gather "$@" </dev/null | gzip -1; else gather "$@" </dev/null; fi
  exit 0
}
