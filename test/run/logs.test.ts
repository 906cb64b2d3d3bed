import { describe, expect, it } from 'vitest'
import { siteLogTag } from '../../src/main/render/site-log.ts'
import { journalArguments, parseJournalLine } from '../../src/main/server/logs.ts'

const entry = (fields: Record<string, unknown>): string => JSON.stringify({ __CURSOR: 's=1;i=2', __REALTIME_TIMESTAMP: '1700000000123456', ...fields })

describe('a line of journalctl', () => {
  it('becomes a line of the log', () => {
    expect(parseJournalLine(entry({ MESSAGE: 'Started.', PRIORITY: '6', _SYSTEMD_UNIT: 'a.service' }))).toEqual({ cursor: 's=1;i=2', line: { at: 1_700_000_000_123.456, unit: 'a.service', priority: 6, message: 'Started.' } })
  })
  it.each([
    ['bytes that are no UTF-8', [0x41, 0xff, 0x42], 'A\ufffdB'], ['bytes with colours', [0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x41], 'A'], ['commands for a terminal', '\u001b]0;title\u0007a\u001b[2Jb\u0000\tc\u009b5n', 'ab\tc'], ['nothing, being too long', null, '(too long to show)'], ['an empty text', '', ''],
    ['several values', ['one', [0x74, 0x77, 0x6f], null], 'one\ntwo\n(too long to show)'],
  ])('may hold %s', (_what, MESSAGE, message) => expect(parseJournalLine(entry({ MESSAGE }))?.line.message).toBe(message))
  it.each([['0', 0], ['3', 3], ['7', 7], [undefined, 6], ['x', 6]])('has the priority %s as %s', (PRIORITY, priority) => expect(parseJournalLine(entry({ MESSAGE: 'x', PRIORITY }))?.line.priority).toBe(priority))
  it('belongs to its container before the engine, and to the unit that systemd speaks of before systemd', () => {
    expect(parseJournalLine(entry({ CONTAINER_TAG: 'homeport-a.org', _UID: '0', _SYSTEMD_UNIT: 'docker.service' }))?.line.unit).toBe('homeport-a.org')
    expect(parseJournalLine(entry({ UNIT: 'a.service', _UID: '0', _SYSTEMD_UNIT: 'init.scope' }))?.line.unit).toBe('a.service')
    expect(parseJournalLine(entry({ SYSLOG_IDENTIFIER: 'kernel' }))?.line.unit).toBe('kernel')
    expect(parseJournalLine(entry({}))?.line.unit).toBe('')
  })
  it('belongs to no container or unit because somebody says so who is not root', () => {
    expect(parseJournalLine(entry({ CONTAINER_TAG: 'homeport-mail', UNIT: 'homeport-mail.service', _UID: '101', _SYSTEMD_UNIT: 'docker-1.scope' }))?.line.unit).toBe('docker-1.scope')
  })
  it('is shown even where a field beside the message is odd', () => {
    expect(parseJournalLine(entry({ MESSAGE: 'x', UNIT: ['a.service', 'b.service'], SYSLOG_IDENTIFIER: null, PRIORITY: null, _SYSTEMD_UNIT: 'c.service' }))?.line).toMatchObject({ message: 'x', unit: 'c.service', priority: 6 })
  })
  it('is cut where its message is long, and says by how much', () => {
    const message = parseJournalLine(entry({ MESSAGE: 'x'.repeat(40_000) }))?.line.message ?? ''
    expect([message.length < 16_100, message.endsWith('x … (24000 more characters)')]).toEqual([true, true])
  })
  it('is told even where it was too long to be read whole', () => {
    const cut = entry({ CONTAINER_TAG: 'homeport-a.org', _UID: '0', MESSAGE: Array.from({ length: 100_000 }, () => 0xff) }).slice(0, 256 * 1024)
    expect(parseJournalLine(cut)).toEqual({ cursor: 's=1;i=2', line: { at: 1_700_000_000_123.456, unit: 'homeport-a.org', priority: 6, message: '(too long to show)' } })
    expect(parseJournalLine('{'.repeat(256 * 1024))).toMatchObject({ cursor: null, line: { unit: '', message: '(too long to show)' } })
  })
  it.each(['', '{', 'null', '[]', '-- No entries --', '{"MESSAGE":"no cursor"}'])('is left out where it is none: %j', (text) => expect(parseJournalLine(text)).toBeNull())
})

describe('the arguments of journalctl', () => {
  it('begin with earlier lines, and later behind the last one that was seen', () => {
    expect(journalArguments({ kind: 'all' }, 500, null)).toContain('--lines=500')
    const later = journalArguments({ kind: 'all' }, 500, 's=1;i=2')
    expect(later).toContain('--after-cursor=s=1;i=2')
    expect(later.join(' ')).not.toContain('--lines')
  })
  it('name what a unit says, what systemd says of it and what its container says', () => {
    expect(journalArguments({ kind: 'unit', unit: 'homeport-proxy.service' }, 1, null).slice(-7)).toEqual(['_SYSTEMD_UNIT=homeport-proxy.service', '+', 'UNIT=homeport-proxy.service', '_UID=0', '+', 'CONTAINER_TAG=homeport-proxy', '_UID=0'])
  })
  it('cover a site with its pulls', () => {
    const matches = journalArguments({ kind: 'site', siteId: 'a.org' }, 1, null).filter((argument) => /^[A-Z_]+=/.test(argument))
    expect(matches).toEqual([expect.stringMatching(/^SYSLOG_IDENTIFIER=homeport_a_org_[0-9a-f]{11}$/), ...['', '-blue', '-green', '-build', '-pull'].flatMap((suffix) => [`_SYSTEMD_UNIT=homeport-a.org${suffix}.service`, `UNIT=homeport-a.org${suffix}.service`, '_UID=0', `CONTAINER_TAG=homeport-a.org${suffix}`, '_UID=0'])])
  })
  it('cover what the web server of all static sites says under the names of the sites', () => {
    expect(journalArguments({ kind: 'unit', unit: 'homeport-static.service' }, 1, null).slice(-3)).toEqual(['+', 'SYSLOG_FACILITY=22', '_UID=101'])
  })
  it('names the log of each site in a way that nginx takes, and of no two sites alike', () => {
    const tags = ['a-b.example.org', 'a.b.example.org', `${'x'.repeat(60)}.org`, `${'x'.repeat(60)}.net`].map(siteLogTag)
    expect(new Set(tags).size).toBe(tags.length)
    for (const tag of tags) expect(tag).toMatch(/^[A-Za-z0-9_]{1,32}$/)
  })
})
