/** Sites to measure with: small, all alike, and from uploads. */
import { emptySpec, ServerSpec, type Site } from '../../src/shared/spec.ts'
import type { Facts } from '../../src/main/facts/facts.ts'
import { parseCertificates } from '../../src/main/facts/certificate.ts'
import { compilePlan, type CompiledRun } from '../../src/main/compile/run.ts'
import { makePlan } from '../../src/main/plan/plan.ts'
import { render } from '../../src/main/render/render.ts'
import type { SocketSession } from '../../src/main/ssh/session.ts'
import { sendFiles } from '../../src/main/upload/send-files.ts'
import type { UploadEntry } from '../../src/main/upload/entry-path.ts'
import { resources } from './place.ts'

/** Files of a site: 20 of about 4 KB each, in two folders. */
export const siteFiles: readonly { readonly path: string; readonly content: Buffer }[] = [
  { path: 'index.html', content: Buffer.from('<!doctype html><title>Bench</title><h1>Served</h1>\n') },
  ...Array.from({ length: 19 }, (_, i) => ({ path: `${i % 2 === 0 ? 'pages' : 'pictures'}/${i}.txt`, content: Buffer.from(`${i} `.repeat(1400)) })),
]

/** Sends the files of one site; gives the version's id. */
export async function uploadSite(session: SocketSession): Promise<string> {
  return (await sendFiles({ session: async () => session, resources, signal: AbortSignal.timeout(60_000), pause: async () => {}, onLine: () => {} }, entries())).release
}

async function* entries(): AsyncGenerator<UploadEntry> {
  for (const { path, content } of siteFiles) yield { path, sizeBytes: content.length, content: once(content) }
}
async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content
}

/** Uploads and gives `count` sites on top of those of `spec`. */
export async function withMoreSites(session: SocketSession, spec: ServerSpec | null, count: number): Promise<ServerSpec> {
  const before = spec ?? emptySpec
  const sites: Site[] = [...before.sites]
  for (let i = 0; i < count; i++) {
    const slot = sites.length + 1
    const domain = `site-${slot}.example.test`
    sites.push({ id: domain, slot, domain, www: false, certificate: { kind: 'automatic' }, hsts: false, paused: false, source: { kind: 'upload', release: await uploadSite(session) } })
  }
  // Parsed as every spec is: that also puts the keys in the order in which the server reads them back.
  return ServerSpec.parse({ ...before, revision: before.revision + 1, sites })
}

/** The run that brings a server to a spec, which no single edit of the window does. */
export function runTo(spec: ServerSpec, facts: Facts): CompiledRun {
  const plan = makePlan({ desired: render(spec, resources), facts, certificates: parseCertificates(facts.files), dataOf: () => 'archive' })
  return compilePlan(`Bring it to ${spec.sites.length} sites`, plan, facts)
}
