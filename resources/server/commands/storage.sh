# storage: what takes the space on the disk. Changes nothing, and takes a minute or two at most: what was not counted by then is left out,
# which the line `cut` says.
#
# Each line is a word and its values; sizes are bytes on the disk. Paths are those of Homeport's own making: names that
# somebody else chose are not told.
set -u
export LC_ALL=C
# Whoever serves visitors reads the disk first. Exit code 124: it took too long.
gently() { timeout --kill-after=1 "$1" ionice -c 3 nice -n 19 "${@:2}"; }
site_name='[a-z0-9][a-z0-9.-]{0,252}'

read -r block blocks free files free_files < <(stat --file-system --format='%S %b %a %c %d' "$([ -d /srv/homeport ] && echo /srv/homeport || echo /srv)")
printf 'disk %s %s %s %s\n' "$((block * blocks))" "$((block * free))" "$files" "$free_files"

# names MOST FIND-ARGUMENTS: lists what find prints, each ended by a zero byte, in `names`: so many at most, of folders that others fill without
# end, too. Says what was cut.
names() {
  local most=$1
  mapfile -d '' -t names < <(
    set -o pipefail
    gently 5 find "${@:2}" 2>/dev/null | head -z -n "$((most + 1))"
  )
  wait "$!"
  if [ "$?" = 124 ] || [ "${#names[@]}" -gt "$most" ]; then echo 'cut'; fi
  names=("${names[@]:0:most}")
}
# is_folder SITE PATH: no part of the way there is a link.
is_folder() {
  local path=./$1 part
  for part in ${2//\// }; do
    path=$path/$part
    [ -d "$path" ] && [ ! -L "$path" ] || return 1
  done
}
# folders_of SITE: all in it that is told by itself, in `folders`, the folder itself as the last. What du has counted for one it does not count
# once more for another; so what may have millions of files comes after what can be freed.
folders_of() {
  local site=$1 served path
  folders=()
  served=$(readlink "$site/current" 2>/dev/null | head -c 200)
  if [[ $served =~ ^releases/[0-9a-z-]{1,80}$ ]]; then
    echo "current $site/current $served"
    if is_folder "$site" "$served"; then folders+=("./$site/$served"); fi
  fi
  names 200 "./$site/releases" -regextype posix-extended -mindepth 1 -maxdepth 1 -type d -regex '.*/[0-9a-z-]{1,80}' -print0
  folders+=("${names[@]}")
  for path in .homeport/trash data/.homeport/trash data; do
    if is_folder "$site" "$path"; then folders+=("./$site/$path"); fi
  done
  folders+=("./$site")
}
# count SECONDS WORD PATH...: a line for each path that was counted in time.
count() {
  local most=$1 word=$2
  shift 2
  gently "$most" du --summarize --one-file-system --block-size=1 -- "$@" 2>/dev/null | sed -n "s/^\([0-9]*\)\t\(\.\/\)\{0,1\}/$word \1 /p"
  [ "${PIPESTATUS[0]}" != 124 ] || echo 'cut'
}

if cd /srv/homeport 2>/dev/null; then
  names 5000 . -regextype posix-extended -mindepth 1 -maxdepth 1 -type d -regex "\./$site_name" -printf '%f\0'
  sites=("${names[@]}")
  # One that is very large takes the time of others only so far.
  end=$((SECONDS + 40))
  for site in "${sites[@]}"; do
    left=$((end - SECONDS))
    if [ "$left" -le 0 ]; then
      echo 'cut'
      break
    fi
    folders_of "$site"
    count "$((left < 10 ? left : 10))" folder "${folders[@]}"
  done
  names 5000 .archive -regextype posix-extended -mindepth 1 -maxdepth 1 -type f -regex "\.archive/$site_name-[0-9TZ]+\.tar\.gz" -printf 'archive %s %f\0'
  [ "${#names[@]}" = 0 ] || printf '%s\n' "${names[@]}"
fi
if cd /srv/homeport-mail 2>/dev/null; then
  names 200 . -regextype posix-extended -mindepth 1 -maxdepth 1 -type d -regex '\./[0-9]{8}T[0-9]{6}Z' -print0
  [ "${#names[@]}" = 0 ] || count 5 kept-mail "${names[@]}"
fi
size() { # WORD FOLDER
  local bytes
  bytes=$(set -o pipefail; gently 5 du --summarize --one-file-system --block-size=1 "$2" 2>/dev/null | cut -f 1)
  [ "$?" != 124 ] || echo 'cut'
  [ -z "$bytes" ] || printf '%s %s\n' "$1" "$bytes"
}
size uploads /var/lib/homeport/uploads
size repositories /var/lib/homeport/sites
size runs /var/lib/homeport/runs
size journal /var/log/journal
if command -v docker >/dev/null; then
  root=$(timeout 10 docker info --format '{{.DockerRootDir}}' 2>/dev/null)
  [ -z "$root" ] || size build-cache "$root/homeport-builds"
  timeout 20 docker system df --format 'docker {{.Type}}|{{.Size}}|{{.Reclaimable}}' 2>/dev/null
  mapfile -t images < <(timeout 10 docker image ls --format '{{.Repository}}:{{.Tag}}' 'homeport/*' 2>/dev/null | grep -xE 'homeport/[a-z0-9.-]+:[0-9a-z-]+' | head -n 2000)
  [ "${#images[@]}" = 0 ] || timeout 20 docker image inspect --format 'image {{.Size}} {{index .RepoTags 0}}' "${images[@]}" 2>/dev/null
fi
exit 0
