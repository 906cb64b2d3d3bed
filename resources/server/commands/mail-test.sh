# mail-test SENDER RECIPIENT: hands the message on standard input to the mail server, as from this server itself.
set -eu
export LC_ALL=C
message=$(cat; echo .)
message=${message%.}
# It is told how long the message is: an end of standard input that comes before the command has begun may never reach it.
# shellcheck disable=SC2016 # for the shell in the container
printf '%s' "$message" | timeout -k 1 25 docker exec -i homeport-mail bash -c 'head -c "$0" | sendmail -i -f "$1" -- "$2"' "${#message}" "$1" "$2"
