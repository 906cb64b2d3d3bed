# check-repository URL BRANCH SECRET KNOWN_HOSTS: asks a git server for a branch, without changing anything here. lib/git-remote stands before.
# SECRET is the id of a deploy key or empty, KNOWN_HOSTS the lines that the git server is known by.
# Exit codes: 0 it is there, 3 it is not, and three lines say why (explain_git), 4 git or ssh is not installed, 5 the deploy key is not here.
set -uo pipefail
command -v git >/dev/null || exit 4
[ -z "$3" ] || command -v ssh >/dev/null || exit 4
cd /
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs); fi
key='' known_hosts='' folder=''
if [ -n "$3" ]; then
  secret=/var/lib/homeport/secrets/$3.key
  [ -f "$secret" ] || exit 5
  # In memory, for the user that asks, and gone with the answer.
  find /run -mindepth 1 -maxdepth 1 -name 'homeport-check.*' -mmin +5 -exec rm -rf {} +
  folder=$(mktemp -d /run/homeport-check.XXXXXXXX)
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 143' HUP INT TERM
  key=$folder/key known_hosts=$folder/known_hosts
  printf '%s' "$4" >"$known_hosts"
  install -m 0400 -o nobody -g nogroup "$secret" "$key"
  chmod 0444 "$known_hosts"
  chown nobody:nogroup "$folder"
fi
for name in $(compgen -e); do case $name in PATH) ;; *) unset "$name" ;; esac; done
git_environment "$key" "$known_hosts"
export HOME=/nonexistent PATH
code=0
ask() {
  {
    timeout --kill-after=3 "$1" "${as[@]}" git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=15 -c http.followRedirects=false -c core.hooksPath=/dev/null \
      ls-remote --exit-code --end-of-options "$2" "refs/heads/$3" >/dev/null
  } 2>&1
}
said=$(ask 25 "$1" "$2" | head -c 20000) || code=$?
[ "$code" != 0 ] || exit 0
[ "$code" != 2 ] || said="$said couldn't find remote ref"
printf '%s\n' "$said" >&2
mapfile -t words < <(explain_git "$code" "$said")
case $said in *'returned error: 30'*)
  # Where it leads is shown and not followed: a person decides whether that is still the same repository.
  moved=$(GIT_TRACE_CURL=1 GIT_TRACE_CURL_NO_DATA=1 ask 10 "$1" "$2" | head -c 20000 | tr -d '\r' | sed -nE 's|.*header: [Ll]ocation: (https?://[A-Za-z0-9._~:/@%+-]{1,500})/info/refs.*|\1|p' | head -n 1)
  [ -z "$moved" ] || words[2]="It leads to $moved now. Enter this address if it is the one you mean."
  ;;
esac
printf '%s\n' "${words[@]}"
exit 3
