import type { MailDnsReport, MailRecord } from '../../shared/mail.ts'
import { canonicalAddresses, isPublicAddress } from './addresses.ts'
import { within } from './answer.ts'
import { judgeSeen, wantedRecords, type MailQuestion } from './mail-records.ts'
import { lookUp } from './mail-look.ts'
import { addressOfServer, resolverAt } from './resolvers.ts'
import { lookAgainAndAgain } from './watch.ts'
import { findZone, type Network, type Zone } from './zone.ts'

export interface MailLookOptions {
  /** Servers to ask, as `resolversFromEnvironment` gives them. */
  readonly resolvers: readonly string[]
  /** Port of the domain's own name servers; 53 but for tests. */
  readonly nameServerPort?: number
}

export interface MailWatchOptions extends MailLookOptions {
  readonly signal: AbortSignal
  readonly emit: (report: MailDnsReport) => void | Promise<void>
  readonly pause?: (ms: number) => Promise<void>
}

/** For finding a domain's own name servers; a chain of dead ones could take long. */
const longestSearchMs = 8000

/** The records that mail for a domain needs, and what is there. Never rejects. */
export async function reportMail(question: MailQuestion, { resolvers, nameServerPort = 53 }: MailLookOptions): Promise<readonly MailRecord[]> {
  const asked = { ...question, expected: { v4: canonicalAddresses(question.expected.v4), v6: canonicalAddresses(question.expected.v6) } }
  const network: Network = { resolvers: resolvers.map(resolverAt), nameServerPort, isClosed: resolvers.some((server) => !isPublicAddress(addressOfServer(server))) }
  const search = async (name: string): Promise<Zone | null> => await within(longestSearchMs, findZone(name, network).then(({ zone }) => zone), null)
  const [ofDomain, ofHost] = await Promise.all([search(question.domain), search(question.hostname)])
  const records = await Promise.all(wantedRecords(asked).map(async (wanted) => judgeSeen(wanted, await lookUp(wanted.question, network.resolvers, wanted.question.name === question.hostname ? ofHost : ofDomain))))
  // Something that shall not be there, and is not.
  return records.filter(({ value, state }) => value !== '' || state !== 'right')
}

/** Reports again and again, ever slower while nothing changes. Ends, and resolves, with the signal; rejects only where `emit` does. */
export async function watchMail(question: MailQuestion, { signal, emit, pause, ...options }: MailWatchOptions): Promise<void> {
  await lookAgainAndAgain({
    look: () => reportMail(question, options), matters: (records) => JSON.stringify(records), signal, ...(pause === undefined ? {} : { pause }),
    emit: async (records) => { await emit({ at: Date.now(), domain: question.domain, records: [...records] }) },
  })
}
