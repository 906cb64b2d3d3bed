# mail-queue MOST: how many messages wait in the mail server, then up to MOST of them, a JSON object on each line.
# Whoever took over its container may answer anything without an end: only so much is read, and nothing of it is held here. The number is
# that of the files, as `gather` counts them; only the mail server writes there: no link is followed.
set -u
shopt -s nullglob extglob
folders=(/var/lib/homeport/mail/queue/@(maildrop|incoming|active|deferred|hold))
if ((${#folders[@]})); then timeout -k 1 5 find "${folders[@]}" -ignore_readdir_race -type f -printf 'x\n' 2>/dev/null | wc -l; else echo 0; fi
timeout -k 1 45 docker exec homeport-mail postqueue -j | head -c 8000000 | LC_ALL=C awk -v most="$1" 'NR <= most && length <= 100000'
code=${PIPESTATUS[0]}
# Where it said more than is read it was ended by that (SIGPIPE).
[ "$code" = 0 ] || [ "$code" = 141 ]
