# open-uploads: OpenSSH's SFTP server on standard input and output, for an upload that is too large to be sent twice.
set -eu
umask 077
folder=/var/lib/homeport/uploads
mkdir -p "$folder"
chmod 0755 /var/lib/homeport
chmod 0711 "$folder"
# What was given up, or sent and never published, goes after a day.
find "$folder" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
exec /usr/lib/openssh/sftp-server -e -u 0077
