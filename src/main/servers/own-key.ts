import { newKeyPair } from '../ssh/new-key.ts'
import { Secret } from '../ssh/secret.ts'
import type { Session } from '../ssh/session.ts'

export interface OwnKey {
  readonly privateKey: Secret
  /** One line of authorized_keys(5). */
  readonly publicLine: string
}

/** A new key for one server. The comment tells an administrator whose it is. */
export function makeOwnKey(computerName: string): OwnKey {
  const name = computerName.replace(/[^A-Za-z0-9.-]/g, '-') || 'this-computer'
  const pair = newKeyPair(`homeport@${name}`)
  return { privateKey: new Secret(pair.private), publicLine: pair.public.trim() }
}

/**
 * What both changes begin and end with. The file is replaced by a whole new one and never written in place: a full disk or a power cut
 * leaves the old keys or the new ones, never none. A link stays one: what it leads to is replaced. Two computers come one after the other.
 */
const open = `set -eu
umask 077
IFS= read -r line
mkdir -p "$HOME/.ssh"
chmod 700 "$HOME/.ssh"
exec 9<"$HOME/.ssh"
flock -w 30 9
file=$(readlink -f -- "$HOME/.ssh/authorized_keys")
if [ -e "$file" ] && [ ! -w "$file" ]; then echo "$file is not this user's to change." >&2; exit 1; fi
new=$(mktemp "$file.XXXXXX")
trap 'rm -f -- "$new"' EXIT
`
const replace = `chmod 600 "$new"
sync "$new"
mv -f -T -- "$new" "$file"
sync "$(dirname -- "$file")"
if command -v restorecon >/dev/null; then restorecon -RF "$HOME/.ssh"; fi
`

/**
 * Adds the line on standard input to the user's keys, unless its key is there. A last line without an end is ended first,
 * or both would be broken. The modes are what sshd's StrictModes asks for.
 */
const addScript = `${open}read -r type key comment <<<"$line"
if [ -e "$file" ]; then
  if grep -qF -- "$key" "$file"; then exit 0; fi
  cp -p -- "$file" "$new"
  if [ -s "$new" ] && [ -n "$(tail -c 1 "$new")" ]; then printf '\\n' >>"$new"; fi
fi
printf '%s\\n' "$line" >>"$new"
${replace}`

/** Takes a key out again that did not work, leaving every other line as it is. */
const removeScript = `${open}[ -e "$file" ] || exit 0
cp -p -- "$file" "$new"
grep -vxF -- "$line" "$file" >"$new" || [ $? -eq 1 ]
${replace}`

export async function authorizeKey(session: Session, publicLine: string): Promise<void> {
  await session.run({ name: 'add-key', script: addScript, input: `${publicLine}\n`, asRoot: false })
}

export async function revokeKey(session: Session, publicLine: string): Promise<void> {
  await session.run({ name: 'remove-key', script: removeScript, input: `${publicLine}\n`, asRoot: false })
}
