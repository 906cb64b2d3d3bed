# mail-queue-act retry|delete: the ids of messages come on standard input, one on each line; ALL means all of them.
set -eu
ids=$(cat)
case $1 in
  retry)
    if [ "$ids" = ALL ]; then exec timeout -k 1 50 docker exec homeport-mail postqueue -f; fi
    # One that has left meanwhile is none to fail for.
    while read -r id; do timeout -k 1 50 docker exec homeport-mail postqueue -i "$id" || true; done <<<"$ids"
    ;;
  delete)
    if [ "$ids" = ALL ]; then exec timeout -k 1 50 docker exec homeport-mail postsuper -d ALL; fi
    # It is told how many come: an end of standard input that comes before the command has begun may never reach it.
    # shellcheck disable=SC2016 # for the shell in the container
    timeout -k 1 50 docker exec -i homeport-mail bash -c 'head -n "$0" | postsuper -d -' "$(wc -l <<<"$ids")" <<<"$ids"
    ;;
esac
