# store-upload RELEASE [PART SIZE]: takes an uploaded version (tar.gz) from standard input, or from the file PART, and keeps it for publishing.
set -eu
umask 077
folder=/var/lib/homeport/uploads
mkdir -p "$folder"
chmod 0755 /var/lib/homeport
# The user homeport, who publishes, may pass but not look around.
chmod 0711 "$folder"
# What was sent but never published goes after a day.
find "$folder" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
# The connection before a lost line may still be unpacking it: wait for that one. Where the file is gone, it is done.
if [ $# -gt 1 ] && [ -e "$2" ] && exec 9<"$2"; then flock 9; fi
# It came earlier, and the answer was lost on the way.
if [ -d "$folder/$1" ]; then
  if [ $# -eq 1 ]; then cat >/dev/null; fi
  exit 0
fi
# Nobody else's: the connection before a lost line may still hang here.
new=$folder/.$1.$$
mkdir "$new"
trap 'rm -rf "$new"' EXIT
if [ $# -eq 1 ]; then
  tar -xz --no-same-owner --no-same-permissions -C "$new"
else
  [ "$(stat -c %s "$2")" = "$3" ] || { echo "The archive did not arrive whole." >&2; exit 1; }
  tar -xz --no-same-owner --no-same-permissions -C "$new" -f "$2"
fi
# Not over a full folder: then another one was faster with the same upload.
mv -T "$new" "$folder/$1" || [ -d "$folder/$1" ]
if [ $# -gt 1 ]; then rm -f "$2"; fi
