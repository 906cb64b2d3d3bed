# mail-queue MOST: how many messages wait in the mail server, then up to MOST of them, a JSON object on each line.
set -u
queue=$(timeout 50 docker exec homeport-mail postqueue -j) || exit 1
if [ -z "$queue" ]; then echo 0; exit 0; fi
wc -l <<<"$queue"
head -n "$1" <<<"$queue"
