import type { SecretId } from '../../shared/certificate.ts'
import { isApp, isPulled } from '../../shared/site-source.ts'
import type { ServerSpec, Site } from '../../shared/spec.ts'
import type { DesiredState, ResourceOf, SecretUse } from './resource.ts'

/** Where a secret is kept on the server. */
export function secretPath(id: SecretId): string {
  return `/var/lib/homeport/secrets/${id}.key`
}

/** Every secret that the spec names: one that nothing names any more is removed from the server. */
export function renderSecrets(spec: ServerSpec): DesiredState {
  const own = new Set(ownSecrets(spec))
  const secrets = new Map([...own].map((id) => [id, 'certificates'] as [SecretId, ResourceOf<'secret'>['group']]))
  for (const site of spec.sites) for (const id of siteSecrets(site)) if (!secrets.has(id)) secrets.set(id, `site:${site.id}`)
  const uses = secretUses(spec)
  return [...secrets].map(([name, group]) => {
    const of = uses.get(name)
    return { kind: 'secret', name, group, ...(of === undefined ? {} : { of }) } as const
  })
}

/** The variables of programs whose value each secret is: a copy of a site has those of the first. */
export function secretUses(spec: ServerSpec): ReadonlyMap<string, readonly SecretUse[]> {
  const uses = new Map<string, SecretUse[]>()
  for (const { id: site, source } of spec.sites) {
    for (const { name: variable, secret } of secretVariables(source)) uses.set(secret, [...(uses.get(secret) ?? []), { site, variable }])
  }
  return uses
}

function secretVariables(source: Site['source']): { readonly name: string; readonly secret: SecretId }[] {
  return isApp(source) ? (source.app.environment ?? []).flatMap((variable) => ('secret' in variable ? [variable] : [])) : []
}

/** Of certificates and of alerts. */
function ownSecrets(spec: ServerSpec): SecretId[] {
  const { authority, dnsAccounts } = spec.certificates
  return [
    ...('eab' in authority && authority.eab !== undefined ? [authority.eab.secret] : []),
    ...dnsAccounts.map((account) => account.secret),
    ...spec.sites.flatMap((site) => (site.certificate.kind === 'own' ? [site.certificate.secret] : [])),
    ...(spec.alerts.webhook === null ? [] : [spec.alerts.webhook]),
    ...(spec.mail?.smarthost?.password === undefined ? [] : [spec.mail.smarthost.password]),
    ...(spec.alerts.mail?.password === undefined ? [] : [spec.alerts.mail.password]),
  ]
}

/** The deploy key of its repository, secret variables of its container, and its password for the mail server. */
function siteSecrets({ source }: Site): SecretId[] {
  return [
    ...(isPulled(source) && source.key !== undefined ? [source.key.secret] : []),
    ...(isApp(source) && source.app.mail !== undefined ? [source.app.mail.password] : []),
    ...secretVariables(source).map(({ secret }) => secret),
  ]
}
