/** What a test says is in the DNS, and the answer of RFC 1034, section 4.3.2 that follows from it. */
import type { Answer, CaaData, RecordType } from 'dns-packet'

export interface Records {
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  /** A name with this has nothing else (RFC 1034, section 3.6.2). */
  readonly cname?: string
  /** As in a zone file: `0 issue "letsencrypt.org"`. */
  readonly caa?: readonly string[]
  readonly txt?: readonly string[]
  /** As in a zone file: `10 mail.example.org`. */
  readonly mx?: readonly string[]
  readonly ptr?: readonly string[]
}

export type Found =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'alias'; readonly answer: Answer; readonly target: string }
  | { readonly kind: 'no-such-name' }

/** Nothing is remembered by resolvers, so that a change is seen at once. */
const TTL_SECONDS = 0

/** What is known under a name; keys are lower case, without a dot at the end. */
export function findRecords(known: ReadonlyMap<string, Records>, name: string, type: RecordType): Found {
  const records = known.get(name)
  if (!records) {
    const isBetween = [...known.keys()].some((key) => key.endsWith(`.${name}`))
    return isBetween ? { kind: 'answers', answers: [] } : { kind: 'no-such-name' }
  }
  if (records.cname !== undefined) {
    const answer: Answer = { type: 'CNAME', name, ttl: TTL_SECONDS, data: records.cname }
    return type === 'CNAME' ? { kind: 'answers', answers: [answer] } : { kind: 'alias', answer, target: normalName(records.cname) }
  }
  return { kind: 'answers', answers: listAnswers(records, name, type) }
}

export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function listAnswers(records: Records, name: string, type: RecordType): readonly Answer[] {
  const ttl = TTL_SECONDS
  switch (type) {
    case 'A': return (records.a ?? []).map((data) => ({ type, name, ttl, data }))
    case 'AAAA': return (records.aaaa ?? []).map((data) => ({ type, name, ttl, data }))
    case 'CAA': return (records.caa ?? []).map((text) => ({ type, name, ttl, data: parseCaa(text) }))
    // A string of a record has up to 255 bytes; whoever reads it joins them (RFC 1035, section 3.3).
    case 'TXT': return (records.txt ?? []).map((text) => ({ type, name, ttl, data: text.match(/.{1,255}/gs) ?? [''] }))
    case 'MX': return (records.mx ?? []).map((text) => ({ type, name, ttl, data: { preference: Number(text.split(' ')[0]), exchange: text.split(' ')[1] ?? '' } }))
    case 'PTR': return (records.ptr ?? []).map((data) => ({ type, name, ttl, data }))
    default: return []
  }
}

/** RFC 8659, section 4.1.1. @throws Error when the text is no CAA record */
function parseCaa(text: string): CaaData {
  const [, flags, tag, value] = /^(\d+) (issue|issuewild|iodef) "([^"]*)"$/.exec(text) ?? []
  if (flags === undefined || tag === undefined || value === undefined) throw new Error(`not a CAA record: ${text}`)
  return { flags: Number(flags), tag: tag as CaaData['tag'], value }
}
