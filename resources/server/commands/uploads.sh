# shellcheck shell=bash
# Stands before store-upload and open-uploads: the folder of uploads, without what nobody waits for any more.
umask 077
folder=/var/lib/homeport/uploads
mkdir -p "$folder"
chmod 0755 /var/lib/homeport
# The user homeport, who publishes, may pass but not look around.
chmod 0711 "$folder"
# What was given up, or sent and never published, goes after a day; what was never whole, an hour after its last byte.
find "$folder" -mindepth 1 -maxdepth 1 \( -mmin +1440 -o -name '.*.part' -mmin +60 \) -exec rm -rf {} +
# Unpacked by a process that is gone, such as by a power cut.
for half in "$folder"/.*.[0-9]*; do
  if [ -d "$half" ] && ! kill -0 "${half##*.}" 2>/dev/null; then rm -rf "$half"; fi
done
