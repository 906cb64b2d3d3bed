import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const library = join(import.meta.dirname, '../../resources/server/lib/git-remote')

function explain(code: number, said: string, isSsh = false): string[] {
  const { stdout, status } = spawnSync('bash', ['-euc', '. "$1"; [ -z "$4" ] || git_environment /key /known; explain_git "$2" "$3"', 'test', library, String(code), said, isSsh ? '1' : ''], { encoding: 'utf8' })
  expect(status).toBe(0)
  return stdout.trim().split('\n')
}

/** What git adds to everything that ssh says. */
const ssh = '\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.'
/** What git and OpenSSH say, of the versions in Debian and Ubuntu. */
const cases: readonly (readonly [what: string, code: number, said: string, part: string, message: RegExp])[] = [
  ['a changed host key', 128, `Host key verification failed.${ssh}`, 'key', /another key/],
  ['a key that was not added', 128, `git@example.org: Permission denied (publickey).${ssh}`, 'key', /does not know the deploy key/],
  ['a key of another repository', 128, `ERROR: Repository not found.${ssh}`, 'url', /no such repository/],
  ['a wrong name', 128, `ssh: Could not resolve hostname nowhere.example: Name or service not known${ssh}`, 'url', /no server of this name/],
  ['a wrong name over https', 128, "fatal: unable to access 'https://nowhere.example/x/': Could not resolve host: nowhere.example", 'url', /no server of this name/],
  ['a closed port', 128, `ssh: connect to host 192.0.2.1 port 22: Connection refused${ssh}`, 'url', /takes no connections/],
  ['silence', 128, `ssh: connect to host 192.0.2.1 port 22: Connection timed out${ssh}`, 'url', /cannot be reached/],
  ['a branch that is gone', 128, "fatal: couldn't find remote ref refs/heads/main", 'branch', /does not have this branch/],
  ['a repository that has moved', 128, "fatal: unable to access 'http://example.org/x/': The requested URL returned error: 301", 'url', /moved/],
  ['no repository', 128, "remote: Not Found\nfatal: repository 'https://example.org/x/' not found", 'url', /or it is private/],
  ['a private repository', 128, "fatal: Authentication failed for 'https://example.org/x/'", 'url', /or it is private/],
  ['a web page', 128, 'fatal: https://example.org/info/refs not valid: is this a git repository?', 'url', /not a git server/],
  ['a web server asked with ssh', 128, `kex_exchange_identification: Connection closed by remote host${ssh}`, 'url', /not a git server/],
  ['a path that is not there', 128, `fatal: '/x.git' does not appear to be a git repository${ssh}`, 'url', /no such repository/],
  ['a key that is gone', 1, 'Load key : it is not on this server.', 'key', /not on the server any more/],
  ['an expired certificate', 128, "fatal: unable to access 'https://example.org/': SSL certificate problem: certificate has expired", 'url', /certificate/],
  ['a full disk', 128, 'fatal: write error: No space left on device', 'url', /disk of your server is full/],
  ['a pack that is too large', 128, 'error: index-pack died of signal 25\nfatal: fetch-pack: invalid index-pack output', 'url', /too large/],
  ['a file named .git', 128, "error: object 123: hasDotgit: contains '.git'\nfatal: fsck error in packed object", 'url', /does not allow/],
  ['another transport', 128, "fatal: transport 'ext' not allowed", 'url', /not allowed/],
  ['no end', 124, '', 'url', /did not answer in time/],
  ['anything else', 128, 'fatal: the moon is full', 'url', /cannot be read/],
]

describe('the words of git', () => {
  it.each(cases)('are told plainly for %s', (_what, code, said, part, message) => {
    const [where, what, advice] = explain(code, said)
    expect([where, what]).toEqual([part, expect.stringMatching(message)])
    expect(advice).toMatch(/^[A-Z].*\.$/)
  })

  it('lead to the deploy key where the address is one with ssh', () => {
    expect(explain(128, 'ERROR: Repository not found.', true).join(' ')).toMatch(/deploy key/)
    expect(explain(128, 'ERROR: Repository not found.').join(' ')).toMatch(/private/)
  })
})
