import { submissionPort } from '../../shared/mail.ts'
import { mailVariableNames, type SourceOf } from '../../shared/site-source.ts'
import { siteNames, type Site } from '../../shared/spec.ts'
import { environmentLine } from './unit-file.ts'

export type AppSource = SourceOf<'build' | 'image'>
export interface AppSite extends Site { readonly source: AppSource }

/** What a container gets at most to end what it is at, where nothing is said: as long as a database may need. `deploy` gives less to others. */
const longestStopSeconds = 120
export const stopSecondsOf = (source: AppSource): number => source.app.stopSeconds ?? longestStopSeconds
export const startSecondsOf = (source: AppSource): number => source.app.startSeconds ?? 60

/** NAME=id of the secret, for each secret variable. */
export function secretLines(source: AppSource): string[] {
  const { mail, environment = [] } = source.app
  const { password } = mailVariableNames(mail)
  return [...environment.flatMap((variable) => ('secret' in variable ? [`${variable.name}=${variable.secret}`] : [])), ...(mail === undefined || password === undefined ? [] : [`${password}=${mail.password}`])]
}

/** For docker's --env-file: everything after the first = is the value; there is no quoting. `mailHost`: name of the mail server, where there is one. */
export function renderEnvironment({ id, source, ...names }: AppSite, mailHost: string | undefined): string {
  const { host, port, user, from } = mailVariableNames(source.app.mail)
  const plain = (source.app.environment ?? []).flatMap((variable) => ('value' in variable ? [[variable.name, variable.value]] : []))
  const ofMail = source.app.mail === undefined || mailHost === undefined ? [] : [[host, mailHost], [port, String(submissionPort)], [user, id], [from, `noreply@${senderDomain(names)}`]]
  return [...plain, ...ofMail].map(([name, value]) => `${name}=${value}\n`).join('')
}

/** What the scripts on the server read with bash. */
export function renderSettings(site: AppSite, sourceId: string): string {
  const { source } = site
  return [
    '# How homeport runs the container of this site.\n',
    environmentLine('PAUSED', site.paused ? 'yes' : 'no'),
    // By the image, where nobody chose.
    environmentLine('HANDOVER', source.app.handover ?? 'auto'),
    environmentLine('STOP_SECONDS', String(source.app.stopSeconds ?? '')),
    environmentLine('START_SECONDS', String(startSecondsOf(source))),
    environmentLine('PINNED', source.pinned ?? ''),
    environmentLine('SOURCE', sourceId),
    `VOLUMES=(${(source.app.volumes ?? []).map((volume) => volume.name).join(' ')})\n`,
    `PATHS=(${(source.app.volumes ?? []).map((volume) => volume.path).join(' ')})\n`,
    `SCRATCH=(${(source.app.scratch ?? []).join(' ')})\n`,
    `SECRETS=(${secretLines(source).join(' ')})\n`,
    ...(source.kind === 'image' ? [environmentLine('IMAGE', source.image)] : buildSettings(site, source)),
  ].join('')
}

function buildSettings(site: Site, source: SourceOf<'build'>): string[] {
  return [
    environmentLine('FOLDER', source.folder ?? ''),
    environmentLine('DOCKERFILE', source.dockerfile ?? 'Dockerfile'),
    environmentLine('SLICE', buildSlice(site.slot)),
    environmentLine('BUILD_SECONDS', String(buildMinutes(source) * 60)),
    // Empty: half of all processors of the server, however many it has by then.
    environmentLine('BUILD_CPU_PERCENT', String(source.limits?.cpuPercent ?? '')),
    environmentLine('BUILD_MEMORY_MB', String(source.limits?.memoryMb ?? 1024)),
  ]
}

/** A slice's name says where it is: one with a hyphen would lie in another, where BuildKit does not look for it. */
export const buildSlice = (slot: number): string => `homeportbuild${slot}.slice`
export const buildMinutes = (source: SourceOf<'build'>): number => source.limits?.minutes ?? 30

/** Addresses have no www. where the site answers without it too. */
function senderDomain(names: Pick<Site, 'domain' | 'www' | 'aliases'>): string {
  const bare = names.domain.replace(/^www\./, '')
  return siteNames(names).includes(bare) ? bare : names.domain
}
