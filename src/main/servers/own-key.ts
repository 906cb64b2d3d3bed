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
 * Adds the line on standard input to the user's keys, unless its key is there. A last line without an end is ended first,
 * or both would be broken. The modes are what sshd's StrictModes asks for.
 */
const addScript = `set -eu
umask 077
IFS= read -r line
mkdir -p "$HOME/.ssh"
chmod 700 "$HOME/.ssh"
file=$HOME/.ssh/authorized_keys
read -r type key comment <<<"$line"
touch "$file"
chmod 600 "$file"
if grep -qF -- "$key" "$file"; then exit 0; fi
if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then printf '\\n' >> "$file"; fi
printf '%s\\n' "$line" >> "$file"
if command -v restorecon >/dev/null; then restorecon -RF "$HOME/.ssh"; fi
`

/** Takes a key out again that did not work, leaving every other line as it is. */
const removeScript = `set -eu
IFS= read -r line
file=$HOME/.ssh/authorized_keys
new=$(mktemp "$HOME/.ssh/authorized_keys.XXXXXX")
grep -vxF -- "$line" "$file" > "$new" || [ $? -eq 1 ]
cat "$new" > "$file"
rm -f "$new"
`

export async function authorizeKey(session: Session, publicLine: string): Promise<void> {
  await session.run({ name: 'add-key', script: addScript, input: `${publicLine}\n`, asRoot: false })
}

export async function revokeKey(session: Session, publicLine: string): Promise<void> {
  await session.run({ name: 'remove-key', script: removeScript, input: `${publicLine}\n`, asRoot: false })
}
