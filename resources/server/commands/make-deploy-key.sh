# make-deploy-key ID: makes a key for reading one repository and prints its public half. keep-secret.sh follows: it keeps
# what comes on standard input, and that is the secret half.
# Exit codes: 0, 4 ssh-keygen is not installed.
set -eu
command -v ssh-keygen >/dev/null || exit 4
umask 077
made=$(mktemp -d /run/homeport-key.XXXXXXXX)
trap 'rm -rf "$made"' EXIT
ssh-keygen -q -t ed25519 -N '' -C homeport -f "$made/key" >&2 </dev/null
cat "$made/key.pub"
exec <"$made/key"
