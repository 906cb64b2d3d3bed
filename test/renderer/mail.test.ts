import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aliasOf, aliasSchema, aliasValues, foundAliases } from '../../src/renderer/components/mail-alias-draft.ts'
import { copyEdit, type MailCopyTarget } from '../../src/renderer/components/mail-copy-draft.ts'
import { domainRules, domainSchema, domainValues } from '../../src/renderer/components/mail-domain-draft.ts'
import { csvOf, readCsv, readCsvInSteps } from '../../src/renderer/components/mail-csv.ts'
import { keptSmarthostPassword, serviceOf, serviceSchema, serviceValues, suggestedHostname } from '../../src/renderer/components/mail-service-draft.ts'
import { eventLine, foundEvents } from '../../src/renderer/components/mail-words.ts'
import { zoneText } from '../../src/renderer/components/mail-zone.ts'
import { MailAlias, type MailDomain, type MailEvent, type MailRecord } from '../../src/shared/mail.ts'
import { anyText } from '../shared/any-text.ts'

const domain: MailDomain = { domain: 'example.org', aliases: [{ name: 'info', targets: ['anna@example.net', 'ben@example.net'] }, { name: 'old', targets: ['anna@example.net'], disabled: true, comment: '=cmd, "quoted"' }], catchAll: ['rest@example.net'] }

describe('a CSV file of aliases', () => {
  it('comes back as it went out, formulas of spreadsheets disarmed meanwhile', () => {
    const text = csvOf(domain)
    expect(text).toContain('"\'=cmd, ""quoted"""')
    expect(readCsv(text, domain)).toMatchObject({ added: 0, changed: 0, unchanged: 2, others: 0, wrong: [], catchAll: ['rest@example.net'] })
  })
  it('tells new, changed and missing aliases apart', () => {
    expect(readCsv('info,anna@example.net\nnew@example.org,"kim@example.net; lee@example.net",,hello\n', domain)).toMatchObject({ added: 1, changed: 1, unchanged: 0, others: 1, wrong: [], aliases: [{ name: 'info' }, { name: 'new', targets: ['kim@example.net', 'lee@example.net'], comment: 'hello' }] })
  })
  it('says at each line what is wrong with it, and leaves it out', () => {
    const { aliases, wrong } = readCsv('\uFEFFalias,targets\na b,x@example.net\ninfo@elsewhere.org,x@example.net\nempty,\nc,|rm -rf@example.net\nd,x@example.net\nd,y@example.net\n*,nobody\n', domain)
    expect(aliases).toEqual([{ name: 'd', targets: ['x@example.net'] }])
    expect(wrong.map(({ line }) => line)).toEqual([2, 3, 4, 5, 7, 8])
  })
  it('counts the lines as an editor does, empty ones and line breaks in quotes among them', () => {
    expect(readCsv('alias,targets,disabled,comment\n\na,x@example.net,,"two\r\nlines"\n\nb c,x@example.net\n', domain).wrong.map(({ line }) => line)).toEqual([3, 6])
  })
  it('takes its columns in the order that its first line says', () => {
    expect(readCsv('Alias,Comment,Targets\nnew,hello,kim@example.net\n', domain)).toMatchObject({ wrong: [], aliases: [{ name: 'new', targets: ['kim@example.net'], comment: 'hello' }] })
  })
  it('switches nothing on or off by a word that it does not know', () => {
    expect(readCsv('new,kim@example.net,hello\nnewer,kim@example.net,YES\n', domain)).toMatchObject({ aliases: [{ name: 'newer', disabled: true }], wrong: [{ line: 1 }] })
  })
  it('gives back a quotation mark that was there before', () => {
    const odd = { ...domain, aliases: [{ name: "'=x", targets: ['anna@example.net'], comment: "''+1" }] }
    expect(readCsv(csvOf(odd), odd)).toMatchObject({ unchanged: 1, wrong: [] })
  })
  it('gives only aliases that can be kept, whatever is in it', () => {
    fc.assert(fc.property(fc.array(fc.array(anyText(40), { maxLength: 5 }), { maxLength: 20 }), (rows) => {
      for (const alias of readCsv(rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n'), domain).aliases) expect(MailAlias.parse(alias)).toEqual(alias)
    }))
  })
  it('may have a hundred thousand lines', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `n${index},n${index}@example.net`).join('\n')
    expect(readCsv(many, domain)).toMatchObject({ added: 100_000, others: 2, wrong: [] })
  })
  it('lets others work while it is read, and comes to the same', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => `n${index},n${index}@example.net`).join('\n')
    let turns = 0
    const timer = setInterval(() => { turns += 1 }, 0)
    expect(await readCsvInSteps(many, domain)).toEqual(readCsv(many, domain))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
  })
})

it('cuts long texts of a zone file into strings, and lets none of them out of its quotes', () => {
  const text = zoneText([{ type: 'TXT', purpose: 'spf', name: 'a.example', value: `${'x'.repeat(255)}\\"\n`, need: 'must', state: 'missing', found: [], message: '' }])
  expect(text).toBe(`a.example. 3600 IN TXT "${'x'.repeat(255)}" "\\\\\\"\\010"\n`)
})

describe('the form of an alias', () => {
  const problems = (values: Partial<ReturnType<typeof aliasValues>>, before: MailAlias | null = null): Record<string, string> => Object.fromEntries((aliasSchema(domain, before).safeParse({ ...aliasValues(null), ...values }).error?.issues ?? []).map(({ path, message }) => [String(path[0]), message]))
  it('says at each field what is wrong', () => {
    expect(problems({ name: 'a b', targets: '' })).toMatchObject({ name: expect.stringContaining('letters') as string, targets: expect.stringContaining('at least one') as string })
    expect(problems({ name: 'x', targets: 'anna@example.net\nben' }).targets).toMatch(/^ben: /)
    expect(problems({ name: 'info', targets: 'anna@example.net' }).name).toMatch(/already/)
    expect(problems({ name: 'INFO', targets: 'anna@example.net' }, domain.aliases[0])).toEqual({})
  })
  it('gives the alias that was typed', () => {
    expect(aliasOf({ name: ' New ', targets: 'anna@example.net, ben@Example.net\n\nanna@example.net', comment: ' ', enabled: false })).toEqual({ name: 'new', targets: ['anna@example.net', 'ben@example.net'], disabled: true })
  })
})

describe('the form of a mail domain', () => {
  const problems = (values: Partial<ReturnType<typeof domainValues>>): string[] => (domainSchema(['taken.org']).safeParse({ ...domainValues(null), domain: 'example.org', ...values }).error?.issues ?? []).map(({ path }) => String(path[0]))
  it('says at each field what is wrong', () => {
    expect(problems({})).toEqual([])
    expect(problems({ domain: 'Taken.org', catchAll: 'a@b.example\nx' })).toEqual(['domain', 'catchAll'])
    expect(problems({ domain: '', policy: 'testing', others: 'mx2', tlsReports: 'anna' })).toEqual(['domain', 'others', 'tlsReports'])
    // What is not asked for is not judged.
    expect(problems({ policy: 'off', others: 'mx2' })).toEqual([])
  })
  it('gives the rules that were typed, and shows them again', () => {
    const rules = domainRules({ domain: 'Example.org', catchAll: ' \n', preference: 20, policy: 'enforce', others: 'mx2.example.org, MX3.example.org', tlsReports: ' tls@example.net ' })
    expect(rules).toEqual({ domain: 'example.org', preference: 20, mtaSts: { mode: 'enforce', others: ['mx2.example.org', 'mx3.example.org'] }, tlsReports: 'tls@example.net' })
    expect(domainRules(domainValues(rules))).toEqual(rules)
    expect(domainRules({ ...domainValues(rules), policy: 'off', tlsReports: '' })).toEqual({ domain: 'example.org', preference: 20 })
  })
})

describe('a domain that another server takes too', () => {
  const target = (mail: object): MailCopyTarget => ({ serverId: 'b', name: 'b', mail: { hostname: 'mx2.example.org', domains: [], ...mail } })
  it('comes with its aliases and catch-all, is tried after this one, and leaves what the domain says as a whole to this one', () => {
    const known: MailDomain = { ...domain, catchAll: ['rest@example.net'] }
    const said = { mtaSts: { mode: 'enforce' as const }, tlsReports: 'tls@example.net' }
    expect(copyEdit({ ...known, ...said }, target({}))).toEqual({ kind: 'add-mail-domain', domain: { ...known, preference: 20 } })
    expect(copyEdit({ ...known, preference: 65_530 }, target({}))).toMatchObject({ domain: { preference: 65_535 } })
  })
  it('gets new aliases where it is there already, and keeps its rules', () => {
    const there = target({ domains: [{ domain: domain.domain, aliases: 1, disabled: 0, hasCatchAll: true }] })
    expect(copyEdit(domain, there)).toEqual({ kind: 'change-mail-aliases', domain: domain.domain, put: domain.aliases, remove: [], isWhole: true })
  })
})

it('finds aliases by all words, in any of their parts', () => {
  expect(foundAliases(domain.aliases, 'ANNA quoted')).toEqual([domain.aliases[1]])
  expect(foundAliases(domain.aliases, ' ')).toHaveLength(2)
})

describe('the form of the mail server', () => {
  const kept = { hostname: 'mail.example.org', smarthost: { host: 'smtp.example.net', port: 465, security: 'tls' as const, user: 'kim', password: `s${'0'.repeat(32)}` } }
  it('begins with a name below a domain that is there', () => {
    expect([[], ['www.example.org', 'example.net'], ['a.b.example.org', 'www.example.org'], ['mail.example.org']].map(suggestedHostname)).toEqual(['', 'mail.example.org', 'mail.example.org', 'mail.example.org'])
    expect(serviceValues(kept, false, 'mail.other.org').hostname).toBe(kept.hostname)
  })
  it('wants the password again where it would go to another server', () => {
    expect(keptSmarthostPassword(serviceValues(kept, false), kept)).toBe(kept.smarthost.password)
    for (const other of [{ host: 'evil.example' }, { port: 25 }, { security: kept.smarthost.security === 'tls' ? 'starttls' as const : 'tls' as const }, { user: 'ben' }]) expect(keptSmarthostPassword({ ...serviceValues(kept, false), ...other }, kept), JSON.stringify(other)).toBeNull()
    expect(serviceSchema(kept).safeParse({ ...serviceValues(kept, false), host: 'evil.example' }).error?.issues.map(({ path }) => path[0])).toEqual(['password'])
  })
  it('gives what was chosen and leaves out the rest', () => {
    expect(serviceOf({ ...serviceValues(kept, false), usesSmarthost: false, greylist: true, rspamd: true }, null)).toEqual({ hostname: 'mail.example.org', greylist: true, rspamd: true })
    expect(serviceOf(serviceValues(kept, false), kept.smarthost.password)).toEqual(kept)
  })
  it('says at each field what is wrong', () => {
    expect(serviceSchema(null).safeParse({ ...serviceValues(null, true), hostname: 'https://x' }).error?.issues.map(({ path }) => path[0])).toEqual(['hostname', 'host'])
  })
})

describe('what is shown of mail', () => {
  const event: MailEvent = { at: 0, kind: 'refused', queueId: null, from: '', to: 'anna@example.net', alias: 'info@example.org', peer: 'mx[192.0.2.1]', status: '5.7.1', answer: 'No', sizeBytes: null, isEncrypted: null }
  it('is one line of who wrote to whom', () => expect(eventLine(event)).toBe('a bounce → info@example.org → anna@example.net'))
  it('is found by kind and by words', () => {
    expect(foundEvents([event], 'MX info', new Set())).toHaveLength(1)
    expect(foundEvents([event], '', new Set(['delivered']))).toHaveLength(0)
  })
  it('is a zone file, without what is not set there', () => {
    const record = (type: MailRecord['type'], name: string, value: string): MailRecord => ({ type, purpose: 'mx', name, value, need: 'must', state: 'missing', found: [], message: '' })
    expect(zoneText([record('MX', 'example.org', '10 mail.example.org'), record('A', 'mail.example.org', '192.0.2.1'), record('TXT', 'example.org', 'v=spf1 "x" -all'), record('PTR', '192.0.2.1', 'mail.example.org')])).toBe('example.org. 3600 IN MX 10 mail.example.org.\nmail.example.org. 3600 IN A 192.0.2.1\nexample.org. 3600 IN TXT "v=spf1 \\"x\\" -all"\n')
  })
})
