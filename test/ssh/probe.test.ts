import { expect, test } from 'vitest'
import { parseProbe, sudoError } from '../../src/main/ssh/probe.ts'
import { HomeportError } from '../../src/shared/errors.ts'

const linux = 'homeport-probe kernel Linux\nhomeport-probe init systemd\n'
function codeOf(stdout: string, stderr = ''): string {
  try {
    return parseProbe(stdout, stderr, 'ana')
  } catch (error) {
    if (error instanceof HomeportError) return error.code
    throw error
  }
}

test.each(['root', 'without-password', 'with-password'])('finds %s, whatever a login script prints around it', (sudo) => {
  expect(codeOf(`Welcome!\n${linux}homeport-probe sudo ${sudo}\nBye\n`)).toBe(sudo)
})

test.each([
  ['not-linux', 'homeport-probe kernel FreeBSD\nhomeport-probe sudo root\n', ''],
  ['no-systemd', 'homeport-probe kernel Linux\nhomeport-probe sudo root\n', ''],
  ['sudo-missing', `${linux}homeport-probe sudo missing\n`, ''],
  ['sudo-needs-password', `${linux}homeport-probe sudo needs-password\n`, ''],
  ['unreadable-answer', 'This account is currently not available.\n', ''],
  ['unreadable-answer', '', "unknown command 'exec'"],
  ['account-locked', '', 'WARNING: Your password has expired.\nPassword change required but no TTY available.\n'],
  ['sudo-password-wrong', `${linux}homeport-probe sudo failed\nhomeport-asksSorry, try again.\nhomeport-asks\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n`, ''],
  ['sudo-refused', `${linux}homeport-probe sudo failed\nhomeport-asksana is not in the sudoers file.\n`, ''],
  ['sudo-refused', `${linux}homeport-probe sudo failed\nhomeport-asksSorry, user ana is not allowed to execute '/usr/bin/true' as root on vps.\n`, ''],
  ['sudo-password-wrong', `${linux}homeport-probe sudo failed\n[sudo: homeport-asks] Password: \nsudo: Authentication failed, try again.\n[sudo: homeport-asks] Password: \n`, ''],
])('%s', (code, stdout, stderr) => {
  expect(codeOf(stdout, stderr)).toBe(code)
})

test('what sudo printed is the detail, without our prompt', () => {
  expect(sudoError('homeport-asksana is not in the sudoers file.\n', 'ana').detail).toBe('ana is not in the sudoers file.')
})
