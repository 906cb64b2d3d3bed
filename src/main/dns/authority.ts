import { answerTo, type Failure } from './answer.ts'
import { resolverAt } from './resolvers.ts'
import { failedView, viewOf, type SeenAddress, type View } from './view.ts'
import { findZone, levelsWithin, type NameServer, type Network, type ZoneSearch } from './zone.ts'

/** What the domain's own name servers say: what all others will say once they forget the old. */
export interface OwnViews extends ZoneSearch {
  readonly views: readonly View[]
  /** How long resolvers remember that there was nothing (RFC 2308, section 5); null where not known. */
  readonly negativeTtlSeconds: number | null
}

const mostAliases = 4

/** Asks the name servers of the name's zone. Never rejects; without a zone there are no views. */
export async function ownViewsOf(name: string, network: Network, wantsCaa: boolean, hops = mostAliases): Promise<OwnViews> {
  const search = await findZone(name, network)
  const { zone } = search
  if (zone === null) return { ...search, views: [], negativeTtlSeconds: null }
  const seen = await Promise.all(zone.servers.map((server) => askOne(server, name, zone.name, wantsCaa)))
  const views = await followAliases(seen.map(({ view }) => view), network, hops)
  const negative = seen.flatMap(({ negativeTtlSeconds }) => negativeTtlSeconds ?? [])
  return { ...search, views, negativeTtlSeconds: negative.length === 0 ? null : Math.max(...negative) }
}

/** A server that does not know the zone answers as if the name had nothing: so the zone's own record is asked for too. */
async function askOne({ name: by, server }: NameServer, name: string, zone: string, wantsCaa: boolean): Promise<{ view: View; negativeTtlSeconds: number | null }> {
  const resolver = resolverAt(server)
  const [soa, view] = await Promise.all([
    answerTo(resolver.resolveSoa(zone).then((one) => [one])),
    viewOf(by, resolver, name, wantsCaa ? levelsWithin(name, zone) : []),
  ])
  if (soa.kind === 'records') return { view, negativeTtlSeconds: soa.records[0]?.minttl ?? null }
  return { view: failedView(by, soa.kind === 'none' ? 'lame' : soa.failure), negativeTtlSeconds: null }
}

/** A name server answers for its own zones only: where it names an alias elsewhere, the addresses are asked for there. */
async function followAliases(views: readonly View[], network: Network, hops: number): Promise<View[]> {
  const targets = new Map<string, Promise<Ends>>()
  return Promise.all(views.map(async (view) => {
    if (view.cname === null || view.a.length + view.aaaa.length > 0 || view.failure !== null) return view
    const ends = targets.get(view.cname) ?? endsOf(view.cname, network, hops)
    targets.set(view.cname, ends)
    return { ...view, ...(await ends) }
  }))
}

interface Ends { readonly a: readonly SeenAddress[]; readonly aaaa: readonly SeenAddress[]; readonly failure: Failure | null }

async function endsOf(target: string, network: Network, hops: number): Promise<Ends> {
  const own = hops > 1 ? (await ownViewsOf(target, network, false, hops - 1)).views.find(({ failure }) => failure === null) : undefined
  const view = own ?? await anyView(target, network)
  return { a: view.a, aaaa: view.aaaa, failure: view.failure }
}

async function anyView(name: string, { resolvers }: Network): Promise<View> {
  const views = await Promise.all(resolvers.map((resolver) => viewOf('', resolver, name, [])))
  return views.find(({ failure }) => failure === null) ?? views[0] ?? failedView('', 'silent')
}
