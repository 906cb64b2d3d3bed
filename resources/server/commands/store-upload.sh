# store-upload RELEASE BYTES FILES [PART SIZE]: takes an uploaded version (tar.gz) from standard input, or from the file PART,
# and keeps it for publishing. Unpacked it has BYTES in FILES files, and more is not unpacked. lib/room and
# uploads.sh stand before this. Exit code 28: there is no room, and why.
set -euo pipefail
: "${folder:?}"
release=$1 bytes=$2 files=$3
shift 3
# The connection before a lost line may still be unpacking it: wait for that one. Where the file is gone, it is done.
if [ $# -gt 0 ] && [ -e "$1" ] && exec 9<"$1"; then flock 9; fi
# It came earlier, and the answer was lost on the way.
if [ -d "$folder/$release" ]; then
  if [ $# -eq 0 ]; then cat >/dev/null; fi
  exit 0
fi
if [ $# -gt 0 ] && [ "$(stat -c %s "$1")" != "$2" ]; then
  echo "The archive did not arrive whole." >&2
  exit 1
fi
if ! room "$folder" "$((bytes + files * 4096))" "$files"; then
  if [ $# -eq 0 ]; then cat >/dev/null; fi
  exit 28
fi
# Nobody else's: the connection before a lost line may still hang here.
new=$folder/.$release.$$
trap 'rm -rf "$new"' EXIT
mkdir "$new"
# Headers take less than 4 KB for each file.
if ! gzip --decompress --stdout "${1--}" | head -c "$((bytes + files * 4096 + 65536))" | tar -x --no-same-owner --no-same-permissions -C "$new"; then
  # Somebody else wrote meanwhile.
  room "$folder" 0 || exit 28
  exit 1
fi
# Not over a full folder: then another one was faster with the same upload.
mv -T "$new" "$folder/$release" || [ -d "$folder/$release" ]
if [ $# -gt 0 ]; then rm -f "$1"; fi
