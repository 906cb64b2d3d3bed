import fc from 'fast-check'
import { MailSettings } from '../../src/shared/mail.ts'
import type { SftpKey } from '../../src/shared/sftp.ts'
import { ServerSpec, type Site, type Source } from '../../src/shared/spec.ts'

const domains = ['example.org', 'www.example.org', 'blog.example.org', 'proxy.example.org', 'xn--mnchen-3ya.de', 'a.b.c.d.example.co.uk', 'homeport-proxy.example.net']
const release = fc.constantFrom('a'.repeat(40), 'u20260101000000-0123abcd', 'u20260202000000-0123abcd')
const source: fc.Arbitrary<Source> = fc.oneof(
  release.map((id) => ({ kind: 'upload' as const, release: id })),
  fc.record({ branch: fc.constantFrom('main', 'a@b#c'), intervalMinutes: fc.constantFrom(1, 10, 1440), url: fc.constantFrom('https://example.org/x.git', "https://example.org/a$b;c&d%25'".replace("'", '')), pinned: fc.option(release) })
    .map(({ pinned, ...git }) => ({ kind: 'git' as const, ...git, ...(pinned === null ? {} : { pinned }) })),
)

/** A program that sends mail, or not. */
const app: fc.Arbitrary<Source> = fc.constantFrom(undefined, { password: `s${'7'.repeat(32)}` }, { password: `s${'8'.repeat(32)}`, variables: { host: 'MAIL_HOST' } })
  .map((sending) => ({ kind: 'image' as const, image: 'ghost:6', app: { port: 2368, ...(sending === undefined ? {} : { mail: sending }) } }))

const targets = fc.constantFrom(['kim@example.com'], ['anna@example.com', "o'neill+x@example.com"])
const mail: fc.Arbitrary<MailSettings> = fc.record({
  // One that a site may have too.
  hostname: fc.constantFrom('mail.example.org', 'blog.example.org', 'mta-sts.example.net'), greylist: fc.constantFrom(undefined, true as const), rspamd: fc.constantFrom(undefined, true as const),
  domains: fc.constantFrom([], ['example.net'], ['example.net', 'xn--mnchen-3ya.de']).chain((names) => fc.tuple(...names.map((name) => fc.record({
    domain: fc.constant(name), aliases: fc.uniqueArray(fc.record({ name: fc.constantFrom('info', 'a.b', 'kim'), targets, disabled: fc.constantFrom(undefined, true as const) }), { maxLength: 3, selector: (alias) => alias.name }), catchAll: fc.option(targets, { nil: undefined }), mtaSts: fc.constantFrom(undefined, { mode: 'testing' as const }, { mode: 'enforce' as const, others: ['mx2.example.org'] }),
  })))),
}).map((settings) => MailSettings.parse(JSON.parse(JSON.stringify(settings))))

/** A valid spec of up to four sites, with mail or without. Without, no program sends any. */
export const anySpec: fc.Arbitrary<ServerSpec> = fc.tuple(fc.option(mail, { nil: undefined }), fc.uniqueArray(fc.record({ id: fc.constantFrom(...domains), slot: fc.integer({ min: 1, max: 4063 }), www: fc.boolean(), certificate: fc.constant({ kind: 'automatic' } as const), hsts: fc.boolean(), paused: fc.boolean(), source: fc.oneof(source, app), sftpKeys: fc.option(fc.constant<SftpKey[]>([{ name: 'Kim', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZmqQ65WL6zqIEiFL0SOj5PdJQiT8XwfUaViqpknTcX' }]), { nil: undefined }) }), { maxLength: 4, selector: (site) => site.id }))
  .map(([forwarded, sites]) => ServerSpec.safeParse({ version: 1, revision: 3, ...(forwarded === undefined ? {} : { mail: forwarded }), sites: sites.map(({ sftpKeys, ...site }): Site => ({ ...site, domain: site.id, ...(sftpKeys === undefined ? {} : { sftpKeys }) })) }))
  .filter((parsed) => parsed.success).map((parsed) => parsed.data as ServerSpec)
