import type { Resolver } from 'node:dns/promises'
import { answerTo, firstAnswer, recordsOf, type Answer } from './answer.ts'
import { hostName, isWithin } from './host-name.ts'
import { resolverAt } from './resolvers.ts'
import type { Zone } from './zone.ts'

/** What is asked about one name. */
export type Question = { readonly type: 'MX' | 'TXT' | 'A' | 'AAAA' | 'CNAME' | 'PTR'; readonly name: string }

/** What the public resolvers say, and what those name servers of the domain say that know it: texts in a form that can be compared. */
export interface Seen {
  readonly publics: readonly Answer<string>[]
  readonly own: readonly Answer<string>[]
  /** What the name is an alias of; null where it is none. */
  readonly alias: string | null
}

/** More than anybody has under one name. */
const mostRecords = 100
const longestText = 2000

/** Asks all public resolvers and the domain's own name servers at once. Never rejects. */
export async function lookUp(question: Question, resolvers: readonly Resolver[], zone: Zone | null): Promise<Seen> {
  const servers = zone === null || question.type === 'PTR' || !isWithin(question.name, zone.name) ? [] : zone.servers
  const aliasOf = (resolver: Resolver): Promise<Answer<string>> => (question.type === 'PTR' ? Promise.resolve({ kind: 'none', exists: true }) : ask({ type: 'CNAME', name: question.name }, resolver))
  const [publics, own, alias] = await Promise.all([
    Promise.all(resolvers.map((resolver) => ask(question, resolver))),
    Promise.all(servers.map(({ server }) => askOwn(question, resolverAt(server), zone?.name ?? ''))),
    firstAnswer([...resolvers, ...servers.map(({ server }) => resolverAt(server))].map(aliasOf)),
  ])
  return { publics, own: own.flat(), alias: recordsOf(alias)[0] ?? null }
}

/** One that is named as a name server and does not know the zone answers as if there were nothing: so the zone's own record is asked for too. */
async function askOwn(question: Question, resolver: Resolver, zone: string): Promise<Answer<string>[]> {
  const [soa, answer] = await Promise.all([answerTo(resolver.resolveSoa(zone).then((one) => [one])), ask(question, resolver)])
  return soa.kind === 'records' && answer.kind !== 'failed' ? [answer] : []
}

async function ask({ type, name }: Question, resolver: Resolver): Promise<Answer<string>> {
  switch (type) {
    case 'MX': return texts(await answerTo(resolver.resolveMx(name)), ({ priority, exchange }) => (exchange === '' ? `${priority} .` : `${priority} ${hostName(exchange) ?? exchange.toLowerCase()}`))
    case 'TXT': return texts(await answerTo(resolver.resolveTxt(name)), (parts) => parts.join(''))
    case 'A': return texts(await answerTo(resolver.resolve4(name)), String)
    case 'AAAA': return texts(await answerTo(resolver.resolve6(name)), String)
    case 'CNAME': return texts(await answerTo(resolver.resolveCname(name)), (target) => hostName(target) ?? target)
    case 'PTR': return texts(await answerTo(resolver.resolvePtr(name)), (target) => hostName(target) ?? target)
  }
}

/** Records come from anybody: only so many, only so long, and nothing that is no text. */
function texts<T>(answer: Answer<T>, shown: (record: T) => string): Answer<string> {
  if (answer.kind !== 'records') return answer
  return { kind: 'records', records: answer.records.slice(0, mostRecords).map((record) => shown(record).slice(0, longestText).replaceAll(/[^ -~]/g, '?')).toSorted() }
}
