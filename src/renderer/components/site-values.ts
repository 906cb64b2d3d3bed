/** What the site form holds: all kinds side by side, so that switching loses nothing that was typed. */
import type { SecretId } from '../../shared/certificate.ts'
import type { DeployKey } from '../../shared/git-source.ts'
import type { mailVariables, SourceKind } from '../../shared/site-source.ts'

/** A number field that may be empty. */
export type Amount = number | ''

export interface VariableValues { name: string; value: string; isSecret: boolean; /** The secret that the server has already; empty where there is none. */ kept: SecretId | '' }
export interface UserValues { name: string; password: string; /** Of the password before; empty for a new user. */ hash: string }

export interface SiteFormValues {
  domain: string
  www: boolean
  kind: SourceKind
  release: string
  folder: string
  repository: { url: string; branch: string; intervalMinutes: Amount; key: DeployKey | null; /** Somebody agreed that files come over http. */ plainHttp: boolean }
  serving: { singlePage: boolean; notFound: string; listing: boolean; cacheHashed: boolean }
  app: {
    port: Amount
    environment: VariableValues[]
    volumes: { name: string; path: string }[]
    /** Folders that the image keeps data in and that are not among the volumes. */
    folders: { name: string; path: string; answer: 'keep' | 'scratch' }[]
    /** One argument per line. */
    command: string
    healthPath: string
    startSeconds: Amount
    memoryMb: Amount
    stopSeconds: Amount
    internet: boolean
    handover: 'image' | 'beside' | 'stop-first'
    mail: { isOn: boolean; /** The password that the server has already; empty where there is none. */ kept: SecretId | ''; /** Names of variables; empty for the usual one. */ variables: Record<keyof typeof mailVariables, string> }
  }
  build: { dockerfile: string; memoryMb: Amount; minutes: Amount }
  image: { image: string; daily: boolean }
  address: { url: string; keepHost: boolean; verify: boolean }
  redirect: { to: string; keepPath: boolean; permanent: boolean }
  notice: { title: string; text: string }
  aliases: { domain: string; redirect: boolean }[]
  users: UserValues[]
  /** One address or network per line. */
  addresses: string
  limits: { maxBodyMb: Amount; timeoutSeconds: Amount }
  headers: { name: string; value: string }[]
}

export const newSiteValues: SiteFormValues = {
  domain: '', www: false, kind: 'upload', release: '', folder: '',
  repository: { url: '', branch: 'main', intervalMinutes: 10, key: null, plainHttp: false },
  serving: { singlePage: false, notFound: '', listing: false, cacheHashed: true },
  app: { port: 8080, environment: [], volumes: [], folders: [], command: '', healthPath: '', startSeconds: '', stopSeconds: '', memoryMb: '', internet: true, handover: 'image', mail: { isOn: false, kept: '', variables: { host: '', port: '', user: '', password: '', from: '' } } },
  build: { dockerfile: '', memoryMb: '', minutes: '' },
  image: { image: '', daily: false },
  address: { url: '', keepHost: true, verify: true },
  redirect: { to: '', keepPath: true, permanent: false },
  notice: { title: 'Back soon', text: 'This site is being worked on. Please come back later.' },
  aliases: [], users: [], addresses: '', limits: { maxBodyMb: '', timeoutSeconds: '' }, headers: [],
}
