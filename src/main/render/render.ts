import type { ServerSpec } from '../../shared/spec.ts'
import type { Resources } from '../resources.ts'
import { renderBuilds } from './app-build.ts'
import { renderBase } from './base.ts'
import { renderCertificates } from './certificates.ts'
import { mailPolicies, mailSites, renderMail } from './mail.ts'
import { renderProxy } from './proxy.ts'
import { renderFirewall } from './firewall.ts'
import type { DesiredState } from './resource.ts'
import { renderSftp } from './sftp.ts'
import { renderSite } from './site.ts'
import { renderStatic } from './static.ts'

/** The complete list of what shall be on a server for its spec. Pure: the same spec and resources give the same list. */
export function render(spec: ServerSpec, resources: Resources): DesiredState {
  // The proxy answers for the names of the mail server too, and they get certificates.
  const named = { ...spec, sites: [...spec.sites, ...mailSites(spec)] }
  return [...renderBase(spec, resources), ...renderFirewall(resources), ...renderBuilds(spec, resources), ...spec.sites.flatMap((site) => renderSite(site, spec.mail?.hostname)), ...renderStatic(spec, resources), ...renderSftp(spec, resources), ...renderMail(spec, resources), ...renderProxy(named, resources, spec.mail === undefined ? new Map() : mailPolicies(spec.mail)), ...renderCertificates(named, resources)]
}
