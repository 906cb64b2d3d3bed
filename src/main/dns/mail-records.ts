import { isIP } from 'node:net'
import { createHash } from 'node:crypto'
import type { MailRecord } from '../../shared/mail.ts'
import { policyHost, policyText, type MtaSts } from '../../shared/mail-policy.ts'
import type { Expected } from './addresses.ts'
import { canonicalAddress } from './addresses.ts'
import { recordsOf } from './answer.ts'
import type { Question, Seen } from './mail-look.ts'
import { namesOthers, passesSpf, spfRecords, withSender } from './spf.ts'

/** What mail for a domain needs in the DNS. */
export interface MailQuestion {
  readonly domain: string
  /** Whether mail for it is taken on this server. */
  readonly isTaken: boolean
  /** Where programs of this server send as this domain: how that can be seen to be right. */
  readonly sending?: Signing | undefined
  /** What this server seals what it forwards with (ARC), where it does. */
  readonly seal?: Signing | undefined
  /** The smarthost that takes all that leaves, where there is one. */
  readonly smarthost?: string | undefined
  /** Name of the mail server. */
  readonly hostname: string
  readonly preference: number
  readonly mtaSts?: MtaSts | undefined
  readonly tlsReports?: string | undefined
  /** Names of the person's other mail servers, which may take mail for the domain too. */
  readonly others: readonly string[]
  /** Public addresses of the server. */
  readonly expected: Expected
}

/** What a server signs with. `key`: public half in base64; null where the server has none yet. */
export interface Signing { readonly selector: string; readonly key: string | null }

/** `value`: where what is found is to be changed, and not replaced by what is always wanted. */
type Verdict = Pick<MailRecord, 'state' | 'found' | 'message'> & { readonly value?: string }

/** One record that shall be there, the question that shows it, and what its answer means. Pure. */
export interface WantedRecord extends Pick<MailRecord, 'type' | 'purpose' | 'name' | 'value' | 'need'> {
  readonly question: Question
  /** What an answer means, from one point of view. */
  readonly judge: (found: readonly string[]) => Verdict
}

/** Everything that mail for a domain needs, or mail that is sent as this domain, most important first. */
export function wantedRecords(asked: MailQuestion): readonly WantedRecord[] {
  const { hostname, expected: { v4, v6 } } = asked
  return [
    ...(asked.isTaken ? [mx(asked)] : []),
    ...v4.map((address) => address1('A', address, asked)), ...v6.map((address) => address1('AAAA', address, asked)),
    ...(v6.length === 0 && v4.length > 0 ? [strayAddress(hostname)] : []), ...(v4.length + v6.length === 0 ? [unknownAddress(hostname)] : []),
    spf(asked), ...[...v4, ...v6].map((address) => pointer(address, asked)),
    ...dkim(asked), domainSpf(asked), dmarc(asked), ...seal(asked), ...policy(asked), ...tlsReports(asked),
  ]
}

const right = (message: string): Verdict => ({ state: 'right', found: [], message })
const missing = (message: string): Verdict => ({ state: 'missing', found: [], message })
const wrong = (found: readonly string[], message: string): Verdict => ({ state: 'wrong', found: [...found], message })

function mx({ domain, hostname, preference, others, mtaSts }: MailQuestion): WantedRecord {
  return {
    type: 'MX', purpose: 'mx', name: domain, value: `${preference} ${hostname}`, need: 'must', question: { type: 'MX', name: domain },
    judge(found) {
      const hosts = found.map((record) => record.split(' ')[1] ?? '')
      const foreign = found.filter((_record, index) => hosts[index] !== hostname && !others.includes(hosts[index] ?? ''))
      if (found.length === 0) return missing(`It says which server takes mail for ${domain}. Without it no mail comes.`)
      if (hosts.includes('.')) return wrong(found, `A record says that ${domain} takes no mail at all. Remove it, and add this one.`)
      if (!hosts.includes(hostname)) return wrong(found, `Mail for ${domain} goes to another server. Put this record in the place of what is there.`)
      if (foreign.length > 0) return wrong(foreign, `Some mail for ${domain} goes to other servers too, which know nothing of your aliases. Remove their records.`)
      const unnamed = mtaSts === undefined ? [] : found.filter((_record, index) => hosts[index] !== hostname && mtaSts.others?.includes(hosts[index] ?? '') !== true)
      if (unnamed.length > 0) return wrong(unnamed, `The policy of ${domain} (MTA-STS) does not name this mail server, so others bring nothing there. Name it in “How mail comes”, or remove its record.`)
      return right(`Mail for ${domain} comes to this server.`)
    },
  }
}

function address1(type: 'A' | 'AAAA', address: string, { hostname, expected }: MailQuestion): WantedRecord {
  const all = type === 'A' ? expected.v4 : expected.v6
  return {
    type, purpose: 'address', name: hostname, value: address, need: 'must', question: { type, name: hostname },
    judge(found) {
      const addresses = found.map((one) => canonicalAddress(one) ?? one)
      const others = addresses.filter((one) => !all.includes(one))
      if (addresses.length === 0) return missing(`It says where ${hostname} is, so that other mail servers find it.`)
      if (!addresses.includes(address)) return wrong(found, `${hostname} leads to another machine. Put this address in the place of what is there.`)
      if (others.length > 0) return wrong(others, `${hostname} leads to other machines too. Remove their addresses.`)
      return right(`${hostname} leads to this server.`)
    },
  }
}

/** Servers that reach others by IPv6 first would go there, and nowhere else. */
function strayAddress(hostname: string): WantedRecord {
  return { type: 'AAAA', purpose: 'address', name: hostname, value: '', need: 'must', question: { type: 'AAAA', name: hostname }, judge: (found) => (found.length === 0 ? right('') : wrong(found, `${hostname} has an address (IPv6) that is not this server’s. Remove it.`)) }
}

function unknownAddress(hostname: string): WantedRecord {
  return { type: 'A', purpose: 'address', name: hostname, value: '', need: 'must', question: { type: 'A', name: hostname }, judge: (found) => ({ state: 'unknown', found: [...found], message: 'This server has no public address that Homeport knows: it says so where it was added by an address of a private network. Mail from outside cannot reach it there.' }) }
}

function spf({ hostname, expected, smarthost }: MailQuestion): WantedRecord {
  return {
    type: 'TXT', purpose: 'spf', name: hostname, value: smarthost === undefined ? 'v=spf1 a -all' : '', need: 'must', question: { type: 'TXT', name: hostname },
    judge(found) {
      const records = spfRecords(found)
      const [only] = records
      if (smarthost !== undefined) return judgeSmarthostSpf(records, hostname, smarthost)
      if (only === undefined) return missing(`It says that this server may send for ${hostname}, the name from which forwarded mail leaves. Without it much of it is taken for spam.`)
      if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave one.')
      return passesSpf(only, expected, hostname) ? right('This server may send forwarded mail.') : wrong(records, `The record that is there does not let this server send. Put this one in its place; ${hostname} sends nothing else.`)
    },
  }
}

/** Which addresses a smarthost sends from, its provider alone knows. */
function judgeSmarthostSpf(records: readonly string[], name: string, smarthost: string): Verdict {
  const [only] = records
  const advice = `Mail leaves by ${smarthost}: set the SPF record that its provider shows, for ${name}.`
  if (only === undefined) return missing(`It says who may send for ${name}. ${advice}`)
  if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave one.')
  return namesOthers(only) ? { ...right(`${name} says who may send in its name. Whether ${smarthost} is among them its provider knows.`), value: only } : wrong(records, `The record that is there leaves the smarthost out. ${advice}`)
}

function pointer(address: string, { hostname, smarthost }: MailQuestion): WantedRecord {
  const hasSmarthost = smarthost !== undefined
  return {
    type: 'PTR', purpose: 'ptr', name: address, value: hostname, need: isIP(address) === 4 && !hasSmarthost ? 'must' : 'should', question: { type: 'PTR', name: reverseName(address) },
    judge(found) {
      const where = 'It is set where the server was bought, in its control panel under “reverse DNS” or “rDNS”, and not with the domain.'
      if (found.length === 0) return missing(`It says what ${address} is called; many mail servers take nothing from an address without a name. ${where}`)
      return found.includes(hostname) ? right(`${address} is called ${hostname}.`) : wrong(found, `${address} is called otherwise; many mail servers want the same name on both sides. ${where}`)
    },
  }
}

function domainSpf(asked: MailQuestion): WantedRecord {
  const { domain, hostname, isTaken, sending, smarthost } = asked
  const own = `a:${hostname}`
  const usual = sending === undefined || isTaken ? 'v=spf1 mx -all' : `v=spf1 ${own} -all`
  return {
    type: 'TXT', purpose: 'domain-spf', name: domain, value: sending !== undefined && smarthost !== undefined ? '' : usual, need: 'should', question: { type: 'TXT', name: domain },
    judge(found) {
      const records = spfRecords(found)
      const [only] = records
      if (sending !== undefined && smarthost !== undefined) return judgeSmarthostSpf(records, domain, smarthost)
      if (only === undefined) return missing(`It says who may send as ${domain}, so that nobody else does. Take this one only where nobody writes as @${domain} by another provider: else take the record which that provider shows${sending === undefined ? '' : `, and add ${own} to it`}.`)
      if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave one.')
      // Where mail for the domain comes to another server, mx stands for that one.
      if (sending !== undefined && !passesSpf(only, asked.expected, hostname, isTaken ? ['mx'] : [])) return { ...wrong(records, 'The record that is there does not let this server send, and the program of a site here does. This is the same record with this server in it.'), value: withSender(only, own) }
      return right(`${domain} says who may send in its name.`)
    },
  }
}

/** What shows that mail from programs of this server was not forged on its way. */
function dkim({ domain, hostname, sending }: MailQuestion): WantedRecord[] {
  if (sending === undefined) return []
  return [keyRecord(sending, { purpose: 'dkim', need: 'must', domain, hostname, right: `What programs of this server send as @${domain} can be seen to be right.`, missing: `It is the key by which others see that mail as @${domain} comes from you. Without it large providers take what your programs send for spam.` })]
}

/** What shows that the mail server itself noted what a message was like when it came (RFC 8617). */
function seal({ hostname, seal: sealing }: MailQuestion): WantedRecord[] {
  if (sealing === undefined) return []
  return [keyRecord(sealing, { purpose: 'seal', need: 'should', domain: hostname, hostname, right: 'Others can see by the seal on forwarded mail what it was like when it came here.', missing: 'It is the key of the seal (ARC) by which others see what forwarded mail was like when it came here.' })]
}

/** A key by which the server signs (RFC 6376, 3.6). */
function keyRecord({ selector, key }: Signing, { purpose, need, domain, hostname, ...words }: Pick<WantedRecord, 'purpose' | 'need'> & { readonly domain: string; readonly hostname: string; readonly right: string; readonly missing: string }): WantedRecord {
  const name = `${selector}._domainkey.${domain}`
  const keyOf = (record: string): string | undefined => /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replaceAll(/\s/g, '')
  return {
    type: 'TXT', purpose, name, value: key === null ? '' : `v=DKIM1; k=rsa; p=${key}`, need, question: { type: 'TXT', name },
    judge(found) {
      const records = found.filter((text) => keyOf(text) !== undefined)
      const [only] = records
      if (key === null) return { state: 'unknown', found: [], message: 'The mail server has no key to sign with yet. It makes one when it starts.' }
      if (only === undefined) return missing(words.missing)
      if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave the one that is shown here.')
      return keyOf(only) === key ? right(words.right) : wrong(records, `It is not the key by which ${hostname} signs. Put this record in its place.`)
    },
  }
}

function dmarc({ domain }: MailQuestion): WantedRecord {
  const name = `_dmarc.${domain}`
  return {
    type: 'TXT', purpose: 'dmarc', name, value: 'v=DMARC1; p=none', need: 'should', question: { type: 'TXT', name },
    judge(found) {
      const records = found.filter((text) => /^v=DMARC1\s*(;|$)/.test(text))
      if (records.length === 0) return missing(`It says what others shall do with mail that only pretends to come from ${domain}. Large providers expect that there is one; this one changes nothing yet.`)
      return records.length === 1 ? right(`${domain} says what to do with forged mail.`) : wrong(records, 'There are two such records, and then neither counts. Leave one.')
    },
  }
}

/** What shows others that there is a policy, and the name at which they ask for it (RFC 8461, 3). */
function policy({ domain, hostname, mtaSts, expected }: MailQuestion): WantedRecord[] {
  if (mtaSts === undefined) return []
  const host = policyHost(domain)
  const name = `_mta-sts.${domain}`
  // Others ask for the policy again when it changes, which has to change with it.
  const value = `v=STSv1; id=${createHash('sha256').update(policyText(hostname, mtaSts)).digest('hex').slice(0, 16)};`
  const addresses = ([['A', expected.v4], ['AAAA', expected.v6]] as const).flatMap(([type, all]) => all.map((address): WantedRecord => ({
    type, purpose: 'policy-address', name: host, value: address, need: 'should', question: { type, name: host },
    judge(found) {
      const others = found.map((one) => canonicalAddress(one) ?? one).filter((one) => !all.includes(one))
      if (found.length === 0) return missing(`It says where the policy of ${domain} is read.`)
      return others.length > 0 ? wrong(others, `${host} leads to another machine, which does not know the policy. Put this address in the place of what is there.`) : right(`The policy of ${domain} is read from this server.`)
    },
  })))
  return [...addresses, {
    type: 'TXT', purpose: 'policy', name, value, need: 'should', question: { type: 'TXT', name },
    judge(found) {
      const records = found.filter((text) => /^v=STSv1\s*;/.test(text))
      const [only] = records
      if (only === undefined) return missing(`It tells other mail servers that ${domain} has a policy. Without it they do not ask for it.`)
      if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave one.')
      return only.replaceAll(/\s|;$/g, '') === value.replaceAll(/\s|;$/g, '') ? right(`Other mail servers know that ${domain} has a policy.`) : wrong(records, 'It is of an earlier policy, which others go on with until its id changes. Put this record in its place.')
    },
  }]
}

function tlsReports({ domain, tlsReports: address }: MailQuestion): WantedRecord[] {
  if (address === undefined) return []
  const name = `_smtp._tls.${domain}`
  return [{
    type: 'TXT', purpose: 'tls-reports', name, value: `v=TLSRPTv1; rua=mailto:${encodeURI(address)}`, need: 'should', question: { type: 'TXT', name },
    judge(found) {
      const records = found.filter((text) => /^v=TLSRPTv1\s*;/.test(text))
      if (records.length === 0) return missing('It says where other mail servers report what went wrong with encryption.')
      if (records.length > 1) return wrong(records, 'There are two such records, and then neither counts. Leave one.')
      return records[0]?.includes(`mailto:${encodeURI(address)}`) === true ? right(`Reports go to ${address}.`) : wrong(records, 'Reports go elsewhere. Put this record in its place.')
    },
  }]
}

/** The name under which the name of an address stands (RFC 1035, 3.5; RFC 3596, 2.5). */
export function reverseName(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`
  const [head = '', tail = ''] = address.split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const gap = address.includes('::') ? 8 - groups(head).length - groups(tail).length : 0
  const all = [...groups(head), ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...groups(tail)]
  return `${all.map((group) => group.padStart(4, '0')).join('').split('').toReversed().join('.')}.ip6.arpa`
}

/** What counts: the domain's own name servers where they say something, and the public ones, which are as slow as their memory. */
export function judgeSeen(wanted: WantedRecord, { publics, own, alias }: Seen): MailRecord {
  const { question, judge, ...record } = wanted
  const spoken = publics.filter(({ kind }) => kind !== 'failed')
  if (alias !== null && record.purpose === 'address') return { ...record, state: 'wrong', found: [`CNAME ${alias}`], message: `${record.name} is an alias of another name, and the name of a mail server must not be one (RFC 2181). Put its address in the place of the CNAME record.` }
  if (own.length > 0 && publics.length > 0 && publics.every((answer) => answer.kind === 'failed' && answer.failure === 'server-failure')) return { ...record, state: 'wrong', found: [], message: 'The domain’s own name servers answer, but nobody believes them: its signatures (DNSSEC) are not right. Ask where the domain is managed.' }
  // An alias is followed by resolvers, and its own name servers do not know where it ends.
  const deciding = own.length > 0 && alias === null ? own : spoken
  if (deciding.length === 0) return { ...record, state: 'unknown', found: [], message: 'The DNS could not be asked. Is this computer online?' }
  const verdicts = deciding.map((answer) => judge(recordsOf(answer)))
  const verdict = verdicts.find(({ state }) => state === 'right') ?? verdicts[0] ?? judge([])
  if (verdict.state !== 'right') return { ...record, ...verdict }
  const isEverywhere = [...deciding, ...spoken].every((answer) => judge(recordsOf(answer)).state === 'right')
  return isEverywhere ? { ...record, ...verdict } : { ...record, state: 'spreading', found: [], message: `${verdict.message} Not everybody knows that yet: it takes as long as the old answer is remembered, mostly less than a day.` }
}
