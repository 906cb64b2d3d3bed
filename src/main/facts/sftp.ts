/** `group` where the group of SFTP accounts is there, then a name and a shell on each line; null without the group. */
export function parseSftpAccounts(lines: readonly string[]): Map<string, string> | null {
  if (lines[0] !== 'group') return null
  return new Map(lines.slice(1).map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const))
}
