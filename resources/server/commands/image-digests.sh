# image-digests SECONDS [IMAGE PATH TAG BASES]...: asks which image each tag names now; nothing is pulled. Docker's engine is asked where it
# runs, as it asks its own mirrors; before it is installed, the registries themselves (distribution/spec): BASES are addresses with spaces between.
# Prints "IMAGE DIGEST" for each answer that comes within SECONDS. Silence is an answer, too: the exit code is always 0.
set -u
export LC_ALL=C
readonly deadline=$((SECONDS + $1))
shift
left() { local seconds=$((deadline - SECONDS)); echo "$((seconds > 0 ? seconds : 0))"; }
first_digest() { grep -oE 'sha256:[0-9a-f]{64}' | head -n 1; }

is_engine_up() { [ -S /var/run/docker.sock ] && systemctl is-active --quiet docker.service; }
ask_engine() { # IMAGE
  # shellcheck disable=SC2016 # Perl's own variables
  timeout -k 1 "$(left)" perl -MIO::Socket::UNIX -e '
    my $engine = IO::Socket::UNIX->new(Peer => "/var/run/docker.sock") or exit;
    print $engine "GET /distribution/$ARGV[0]/json HTTP/1.0\r\nHost: docker\r\n\r\n";
    local $/;
    my ($head, $body) = split /\r\n\r\n/, (<$engine> // ""), 2;
    print $body if $head =~ m{^HTTP/1\.[01] 200 }' -- "$1" | grep -oE '"digest":"[^"]*"' | first_digest
}

# fetch METHOD URL [HEADER]: head and body of the answer; one of the two programs is on nearly every server.
fetch() {
  local seconds method=() header=()
  seconds=$(left)
  [ "$seconds" -gt 0 ] || return
  [ -z "${3-}" ] || header=(--header "$3")
  if command -v curl >/dev/null; then
    [ "$1" != HEAD ] || method=(--head)
    curl --silent --include "${method[@]}" --proto '=https,http' --max-time "$seconds" --max-filesize 1000000 --header "$accept" "${header[@]}" -- "$2"
  elif command -v wget >/dev/null; then
    wget --quiet --server-response --output-document=- --method="$1" --timeout="$seconds" --tries=1 --max-redirect=0 --header "$accept" "${header[@]}" -- "$2" 2>&1
  # Not every program ends by itself where no length is told.
  fi | head -c 1000000 | tr -d '\r'
}
# The index of all platforms, where there is one.
accept='Accept: application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
accept+=', application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
digest_in() { local answer; answer=$(cat); ! grep -qE '^ *HTTP/[0-9.]+ 200' <<<"$answer" || grep -i '^ *docker-content-digest:' <<<"$answer" | first_digest; }

ask_registry() { # PATH TAG BASE
  local url=$3/v2/$1/manifests/$2 answer realm service token
  answer=$(fetch HEAD "$url")
  realm=$(sed -nE 's/^ *www-authenticate: *bearer .*realm="(https:\/\/[^" ]*)".*/\1/Ip' <<<"$answer" | head -n 1)
  if [ -n "$realm" ]; then
    service=$(sed -nE 's/^ *www-authenticate: .*service="([A-Za-z0-9._:/-]*)".*/\1/Ip' <<<"$answer" | head -n 1)
    token=$(fetch GET "$realm?service=$service&scope=repository:$1:pull" | grep -oE '"(access_)?token" *: *"[^"]+"' | head -n 1 | cut -d'"' -f4)
    answer=$(fetch HEAD "$url" "Authorization: Bearer $token")
  fi
  digest_in <<<"$answer"
}

answer() { # IMAGE PATH TAG BASES
  local digest='' base
  if is_engine_up; then digest=$(ask_engine "$1")
  else
    # shellcheck disable=SC2086 # addresses without spaces
    for base in $4; do
      digest=$(ask_registry "$2" "$3" "$base")
      [ -z "$digest" ] || break
    done
  fi
  [ -z "$digest" ] || printf '%s %s\n' "$1" "$digest"
}
while [ $# -ge 4 ]; do
  answer "$1" "$2" "$3" "$4" 2>/dev/null </dev/null &
  shift 4
done
wait
exit 0
