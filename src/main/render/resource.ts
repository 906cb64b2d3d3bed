import type { ChangeGroup } from '../../shared/plan.ts'

/** One thing that shall be on the server. `kind` and `name` make its id; everything else is data. */
export type Resource =
  /** Packages of the distribution, and a container engine that is new enough. */
  | { readonly kind: 'packages'; readonly name: string; readonly group: ChangeGroup; readonly packages: readonly string[]; readonly dockerMinimum: number }
  /** `name` is the absolute path. `after` runs when the file was written. */
  | { readonly kind: 'file'; readonly name: string; readonly group: ChangeGroup; readonly content: string; readonly mode: number; readonly after?: string }
  | { readonly kind: 'sysctl'; readonly name: string; readonly group: ChangeGroup; readonly value: string }
  /** Keys of /etc/docker/daemon.json; the file's other keys stay. */
  | { readonly kind: 'docker-settings'; readonly name: string; readonly group: ChangeGroup; readonly settings: Readonly<Record<string, boolean | string>> }
  | { readonly kind: 'user'; readonly name: string; readonly group: ChangeGroup }
  /** `name` is the reference as docker shows it. */
  | { readonly kind: 'image'; readonly name: string; readonly group: ChangeGroup; readonly ref: string }
  | { readonly kind: 'network'; readonly name: string; readonly group: ChangeGroup; readonly subnet: string; readonly gateway: string; readonly dynamicRange: string; readonly bridge: string }
  /** `name` is the site's id. */
  | { readonly kind: 'certificate'; readonly name: string; readonly group: ChangeGroup; readonly domains: readonly string[] }
  /** The folder of a site's user data. `name` is the site's id. */
  | { readonly kind: 'site-data'; readonly name: string; readonly group: ChangeGroup }
  /** The version that a site serves: a fixed one, or what a git pull brings (`release` null). `inputs` are files whose change asks for a new pull. */
  | { readonly kind: 'release'; readonly name: string; readonly group: ChangeGroup; readonly release: string | null; readonly inputs: readonly string[] }
  /** A service that runs one container. `name` is the unit without its suffix, and the container. */
  | { readonly kind: 'container'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; readonly isRunning: boolean }
  | { readonly kind: 'timer'; readonly name: string; readonly group: ChangeGroup; readonly isRunning: boolean }
  /** The configuration that the running proxy has loaded. */
  | { readonly kind: 'proxy-config'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; readonly certificates: readonly string[] }

export type ResourceKind = Resource['kind']
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>

/** Every resource that a spec asks for, each with another id. */
export type DesiredState = readonly Resource[]

export type ResourceId = `${ResourceKind}/${string}`
export function resourceId(resource: { readonly kind: ResourceKind; readonly name: string }): ResourceId {
  return `${resource.kind}/${resource.name}`
}
