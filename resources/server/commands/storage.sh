# storage: what takes the space on the disk. Changes nothing, and takes a minute at most: what was not counted by then is left out.
#
# Each line is a word and its values; sizes are bytes on the disk. Paths are those of Homeport's own making: names that
# somebody else chose are not told.
set -u
export LC_ALL=C
# Whoever serves visitors reads the disk first.
gently() { timeout --kill-after=1 "$1" ionice -c 3 nice -n 19 "${@:2}"; }
site='[a-z0-9][a-z0-9.-]{0,252}'

read -r block blocks free files free_files < <(stat --file-system --format='%S %b %a %c %d' "$([ -d /srv/homeport ] && echo /srv/homeport || echo /srv)")
printf 'disk %s %s %s %s\n' "$((block * blocks))" "$((block * free))" "$files" "$free_files"

if cd /srv/homeport 2>/dev/null; then
  # What is counted for one is not counted once more for the folder around it.
  {
    find . -regextype posix-extended -mindepth 3 -maxdepth 4 -type d -regex "\./$site/(data/)?\.homeport/trash" -print0
    find . -regextype posix-extended -mindepth 2 -maxdepth 3 -type d -regex "\./$site/(data|releases/[0-9a-z-]{1,80})" -print0
    find . -regextype posix-extended -mindepth 1 -maxdepth 1 -type d -regex "\./$site" -print0
  } | head -z -n 20000 | gently 30 du --summarize --one-file-system --block-size=1 --files0-from=- 2>/dev/null | sed -n 's/^\([0-9]*\)\t\.\//folder \1 /p'
  [ "${PIPESTATUS[2]}" != 124 ] || echo 'cut'
  find . -regextype posix-extended -mindepth 2 -maxdepth 2 -type l -regex "\./$site/current" -printf 'current %P %l\n' | grep -xE 'current [a-z0-9.-]+/current releases/[0-9a-z-]+' | head -n 5000
  find .archive -regextype posix-extended -mindepth 1 -maxdepth 1 -type f -regex "\.archive/$site-[0-9TZ]+\.tar\.gz" -printf 'archive %s %f\n' 2>/dev/null | head -n 5000
fi
size() { # WORD FOLDER
  local bytes
  bytes=$(gently 10 du --summarize --one-file-system --block-size=1 "$2" 2>/dev/null | cut -f 1)
  [ -z "$bytes" ] || printf '%s %s\n' "$1" "$bytes"
}
size uploads /var/lib/homeport/uploads
size repositories /var/lib/homeport/sites
size journal /var/log/journal
if command -v docker >/dev/null; then
  root=$(timeout 10 docker info --format '{{.DockerRootDir}}' 2>/dev/null)
  [ -z "$root" ] || size build-cache "$root/homeport-builds"
  timeout 20 docker system df --format 'docker {{.Type}}|{{.Size}}|{{.Reclaimable}}' 2>/dev/null
  mapfile -t images < <(timeout 10 docker image ls --format '{{.Repository}}:{{.Tag}}' 'homeport/*' 2>/dev/null | grep -xE 'homeport/[a-z0-9.-]+:[0-9a-z-]+' | head -n 2000)
  [ "${#images[@]}" = 0 ] || timeout 20 docker image inspect --format 'image {{.Size}} {{index .RepoTags 0}}' "${images[@]}" 2>/dev/null
fi
exit 0
