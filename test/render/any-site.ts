import fc from 'fast-check'
import { ServerSpec } from '../../src/shared/spec.ts'

const ascii = (max: number): fc.Arbitrary<string> => fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: max })
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })
const host = fc.oneof(
  fc.constantFrom('127.0.0.1', '192.0.2.7', '[::1]', '[2001:db8::1]', 'localhost', 'app.invalid'), fc.domain(), fc.string({ unit: fc.constantFrom(...'ab0.-_'), minLength: 1, maxLength: 12 }),
  fc.integer({ min: 60, max: 66 }).map((length) => `${'a'.repeat(length)}.org`), fc.integer({ min: 120, max: 130 }).map((labels) => 'a.'.repeat(labels) + 'b'),
)

const source = fc.oneof(
  fc.constant({ kind: 'upload', release: 'u20260101000000-0123abcd' }),
  fc.integer({ min: 1, max: 65_535 }).map((port) => ({ kind: 'image', image: 'ghost:6', app: { port } })),
  fc.record({ host, port: fc.integer({ min: 1024, max: 65_535 }), scheme: fc.constantFrom('http', 'https'), verify: fc.boolean(), keepHost: fc.boolean() })
    .map(({ host, port, scheme, ...more }) => ({ kind: 'address', url: `${scheme}://${host}:${port}`, ...more })),
  fc.record({ kind: fc.constant('redirect'), to: fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), ascii(60).map((text) => `https://example.org/${text}`)), keepPath: fc.boolean(), permanent: fc.boolean() }),
  fc.record({ kind: fc.constant('notice'), title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), text: fc.string({ unit: 'binary', maxLength: 300 }) }),
)
const name = fc.string({ unit: fc.constantFrom(...'!#$%&\'*+.^_`|~-azAZ09'), minLength: 1, maxLength: 30 })
const address = fc.oneof(fc.ipV4(), fc.ipV4().map((one) => `${one}/24`), fc.ipV6(), fc.ipV6().map((one) => `${one}/64`))

const site = fc.record({
  source, paused: fc.boolean(), hsts: fc.boolean(), www: fc.boolean(),
  headers: optional(fc.array(fc.record({ name, value: ascii(200) }), { maxLength: 12 })),
  limits: optional(fc.record({ maxBodyMb: fc.integer({ min: 1, max: 102_400 }), timeoutSeconds: fc.integer({ min: 1, max: 3600 }) }, { requiredKeys: [] })),
  access: optional(fc.record({
    users: fc.array(fc.string({ unit: fc.constantFrom(...'aZ09._@-'), minLength: 1, maxLength: 20 }).map((user) => ({ name: user, hash: `$2b$05$${'./Az09'.repeat(9).slice(0, 53)}` })), { maxLength: 5 }),
    addresses: fc.array(address, { maxLength: 200 }),
  }, { requiredKeys: [] })),
  aliases: optional(fc.array(fc.boolean(), { maxLength: 3 })),
})

/** A spec of several sites with anything that the schema takes. What it does not take is left out, site by site. */
export const anySites: fc.Arbitrary<ServerSpec> = fc.array(site, { minLength: 1, maxLength: 12 }).map((sites) => {
  const drafts = sites.map(({ aliases, ...rest }, index) => {
    const id = `s${index}.example.org`
    return { id, domain: id, slot: index + 1, ...JSON.parse(JSON.stringify(rest)) as object, ...(aliases === undefined ? {} : { aliases: aliases.map((redirect, number) => ({ domain: `a${number}.${id}`, redirect })) }) }
  })
  const spec = (some: readonly object[]): unknown => ({ version: 1, revision: 1, sites: some })
  return ServerSpec.parse(spec(drafts.filter((draft) => ServerSpec.safeParse(spec([draft])).success)))
})
