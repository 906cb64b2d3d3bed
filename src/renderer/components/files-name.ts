/**
 * A name as it can be shown: characters that cannot be seen, or that change the order of the others (a name may say
 * `\u202egnp.exe`), stand there by their number. The rest stays as it is.
 */
export function visibleName(name: string): string {
  const shown = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0\u2800]/gu, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
  // Spaces at the ends cannot be seen either.
  return shown.replace(/^ +| +$/g, (spaces) => '⟨space⟩'.repeat(spaces.length))
}

/** Permissions as `ls` writes them: "rw-r--r--". */
export function modeText(mode: number): string {
  const bits = [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-'))
  const special = [[0o4000, 2, 's'], [0o2000, 5, 's'], [0o1000, 8, 't']] as const
  for (const [bit, at, letter] of special) if (mode & bit) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase()
  return bits.join('')
}

/** The same in words. */
export function modeWords(mode: number, uid: number, gid: number): string {
  const rights = (bits: number): string => {
    const words = [...(bits & 4 ? ['read'] : []), ...(bits & 2 ? ['change'] : []), ...(bits & 1 ? ['run'] : [])]
    return words.length === 0 ? 'nothing' : words.join(' and ')
  }
  return `Its owner (user ${uid}) may ${rights(mode >> 6)}, its group (${gid}) ${rights(mode >> 3)}, everybody else on the server ${rights(mode)}. As a number: ${(mode & 0o7777).toString(8).padStart(3, '0')}.`
}
