import fc from 'fast-check'
import { ServerSpec, type Site, type Source } from '../../src/shared/spec.ts'

const domains = ['example.org', 'www.example.org', 'blog.example.org', 'proxy.example.org', 'xn--mnchen-3ya.de', 'a.b.c.d.example.co.uk', 'homeport-proxy.example.net']
const release = fc.constantFrom('a'.repeat(40), 'u20260101000000-0123abcd', 'u20260202000000-0123abcd')
const source: fc.Arbitrary<Source> = fc.oneof(
  release.map((id) => ({ kind: 'upload' as const, release: id })),
  fc.record({ branch: fc.constantFrom('main', 'a@b#c'), intervalMinutes: fc.constantFrom(1, 10, 1440), url: fc.constantFrom('https://example.org/x.git', "https://example.org/a$b;c&d%25'".replace("'", '')), pinned: fc.option(release) })
    .map(({ pinned, ...git }) => ({ kind: 'git' as const, ...git, ...(pinned === null ? {} : { pinned }) })),
)

/** A valid spec of up to four sites. */
export const anySpec: fc.Arbitrary<ServerSpec> = fc.uniqueArray(fc.record({ id: fc.constantFrom(...domains), slot: fc.integer({ min: 1, max: 4095 }), www: fc.boolean(), paused: fc.boolean(), source }), { maxLength: 4, selector: (site) => site.id })
  .map((sites) => ServerSpec.safeParse({ version: 1, revision: 3, sites: sites.map((site): Site => ({ ...site, domain: site.id })) }))
  .filter((parsed) => parsed.success).map((parsed) => parsed.data as ServerSpec)
