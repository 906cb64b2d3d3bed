# mail-queue-act retry|delete: the ids of messages come on standard input, one on each line; ALL means all of them.
set -eu
ids=$(cat)
case $1 in
  retry)
    if [ "$ids" = ALL ]; then exec docker exec homeport-mail postqueue -f; fi
    # One that has left meanwhile is none to fail for.
    while read -r id; do docker exec homeport-mail postqueue -i "$id" || true; done <<<"$ids"
    ;;
  delete)
    if [ "$ids" = ALL ]; then exec docker exec homeport-mail postsuper -d ALL; fi
    docker exec -i homeport-mail postsuper -d - <<<"$ids"
    ;;
esac
