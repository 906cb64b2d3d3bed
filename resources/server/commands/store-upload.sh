# store-upload RELEASE: takes an uploaded version from standard input (tar.gz) and keeps it for publishing.
set -eu
umask 077
folder=/var/lib/homeport/uploads
mkdir -p "$folder"
chmod 0755 /var/lib/homeport
# The user homeport, who publishes, may pass but not look around.
chmod 0711 "$folder"
# What was sent but never published goes after a day.
find "$folder" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
rm -rf "${folder:?}/.$1"
mkdir "$folder/.$1"
trap 'rm -rf "$folder/.$1"' EXIT
tar -xz --no-same-owner --no-same-permissions -C "$folder/.$1"
mv -T "$folder/.$1" "$folder/$1"
