# open-uploads: OpenSSH's SFTP server on standard input and output, for an upload that is too large to be sent twice.
# uploads.sh stands before this.
exec /usr/lib/openssh/sftp-server -e -u 0077
