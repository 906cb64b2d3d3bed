# keep-secret ID: keeps what comes on standard input as a secret. What was kept but never used goes after a day.
set -eu
umask 077
folder=/var/lib/homeport/secrets
owned=/var/lib/homeport/owned.json
# lacks FILE TEXT: a file that cannot be read lacks nothing (grep's code is 2 then, and 1 where it has been read to its end).
lacks() {
  local code=0
  grep -qF -e "$2" "$1" 2>/dev/null || code=$?
  [ "$code" = 1 ]
}
# One that a power cut tore names some secrets and not the others: only the last line of a whole one is this.
is_whole() { grep -qF '"resources"' "$1" 2>/dev/null && [ "$(tail -n 1 "$1")" = '}' ]; }
is_unused() { # ID
  lacks "$owned" "\"secret/$1\"" || return 1
  # What is wanted may not have been put there yet.
  [ ! -e /etc/homeport/spec.json ] || lacks /etc/homeport/spec.json "$1"
}
mkdir -p "$folder"
chmod 0755 /var/lib/homeport
find "$folder" -mindepth 1 -maxdepth 1 -mmin +60 -name '.*.new' -delete
! is_whole "$owned" || find "$folder" -mindepth 1 -maxdepth 1 -mmin +1440 -name '*.key' -printf '%f\n' | while read -r file; do
  if is_unused "${file%.key}"; then rm -f "$folder/$file"; fi
done
cat >"$folder/.$1.new"
sync "$folder/.$1.new"
mv -f "$folder/.$1.new" "$folder/$1.key"
