# mail-test SENDER RECIPIENT: hands the message on standard input to the mail server, as from this server itself.
set -eu
exec docker exec -i homeport-mail sendmail -i -f "$1" -- "$2"
