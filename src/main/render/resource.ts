import type { ChangeGroup } from '../../shared/plan.ts'
import type { KeptFolder } from '../../shared/site-folders.ts'

/** One thing that shall be on the server. `kind` and `name` make its id; everything else is data. */
export type Resource =
  /** Packages of the distribution, and a container engine that is new enough. */
  | { readonly kind: 'packages'; readonly name: string; readonly group: ChangeGroup; readonly packages: readonly string[]; readonly dockerMinimum: number }
  /**
   * `name` is the absolute path. `gid` is the number of its group, root's unless said. `after` runs when the file was written. `placedBy`: a program
   * on the server that checks the new file, which is its last argument, and puts it in place, or else fails and leaves what was there.
   */
  | { readonly kind: 'file'; readonly name: string; readonly group: ChangeGroup; readonly content: string; readonly mode: number; readonly gid?: number; readonly after?: string; readonly placedBy?: readonly string[] }
  | { readonly kind: 'sysctl'; readonly name: string; readonly group: ChangeGroup; readonly value: string }
  /** Keys of /etc/docker/daemon.json; the file's other keys stay. */
  | { readonly kind: 'docker-settings'; readonly name: string; readonly group: ChangeGroup; readonly settings: Readonly<Record<string, boolean | string>> }
  | { readonly kind: 'user'; readonly name: string; readonly group: ChangeGroup }
  /** `name` is the reference as docker shows it. */
  | { readonly kind: 'image'; readonly name: string; readonly group: ChangeGroup; readonly ref: string; /** A Dockerfile: it is built on the server instead of pulled. */ readonly build?: string }
  | { readonly kind: 'network'; readonly name: string; readonly group: ChangeGroup; readonly subnet: string; readonly gateway: string; readonly dynamicRange: string; readonly bridge: string; /** Whether it is closed to the outside; true unless said. */ readonly internal?: boolean }
  /** `name` is the site's id. */
  | { readonly kind: 'certificate'; readonly name: string; readonly group: ChangeGroup; readonly domains: readonly string[] }
  /** A file that only the server has, such as a password. `name` is its id; `of`: the variables of programs whose value it is. */
  | { readonly kind: 'secret'; readonly name: string; readonly group: ChangeGroup; readonly of?: readonly SecretUse[] }
  /** The folder of a site's user data. `name` is the site's id; `copyOf` is the site whose data it begins with. */
  | { readonly kind: 'site-data'; readonly name: string; readonly group: ChangeGroup; readonly copyOf?: string; /** Whether only Homeport's own user and root look into it; as it is unless said. */ readonly isPrivate?: boolean }
  /** The version that a site serves: a fixed one, or what a git pull brings (`release` null). `inputs` are files whose change asks for a new pull. */
  | { readonly kind: 'release'; readonly name: string; readonly group: ChangeGroup; readonly release: string | null; readonly inputs: readonly string[] }
  /** A service that runs one container. `name` is the unit without its suffix, and the container. */
  | { readonly kind: 'container'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; readonly isRunning: boolean }
  /**
   * A site in containers of its own. `name` is the site's id. `hash`: the settings that a container is started with.
   * `source` stands for where versions come from; `version`: the one to stay on, or null for the newest.
   * `image`: what a registry knows it by, where it comes from one. `volumes` and `scratch`: which of its folders are kept, and
   * which may be thrown away.
   */
  | { readonly kind: 'app'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; readonly source: string; readonly image?: string; readonly version: string | null; readonly isRunning: boolean; readonly volumes: readonly KeptFolder[]; readonly scratch: readonly string[] }
  | { readonly kind: 'timer'; readonly name: string; readonly group: ChangeGroup; readonly isRunning: boolean }
  /** A socket that systemd listens on; `name` is the unit without its suffix. */
  | { readonly kind: 'socket'; readonly name: string; readonly group: ChangeGroup }
  /** A user who reaches the files of one site by SFTP. */
  | { readonly kind: 'sftp-account'; readonly name: string; readonly group: ChangeGroup }
  /** Rules of the kernel's firewall that the unit `name` loads; `hash` is that of their file. */
  | { readonly kind: 'firewall'; readonly name: string; readonly group: ChangeGroup; readonly hash: string }
  /** The configuration that the running proxy has loaded. */
  | { readonly kind: 'proxy-config'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; readonly certificates: readonly string[] }
  /** The configuration that the running web server of all static sites has loaded. */
  | { readonly kind: 'static-config'; readonly name: string; readonly group: ChangeGroup; readonly hash: string }
  /** Mail that waits, and the keys of the mail server: they outlive it. */
  | { readonly kind: 'mail-data'; readonly name: string; readonly group: ChangeGroup }
  /** The configuration that the running mail server has loaded. */
  | { readonly kind: 'mail-config'; readonly name: string; readonly group: ChangeGroup; readonly hash: string; /** Networks in which it listens, and where. */ readonly networks: readonly { readonly name: string; readonly address: string }[] }

/** A program that gets a secret value, by its site's id, and the variable in which it does. */
export interface SecretUse { readonly site: string; readonly variable: string }

export type ResourceKind = Resource['kind']
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>

/** Every resource that a spec asks for, each with another id. */
export type DesiredState = readonly Resource[]

export type ResourceId = `${ResourceKind}/${string}`
export function resourceId(resource: { readonly kind: ResourceKind; readonly name: string }): ResourceId {
  return `${resource.kind}/${resource.name}`
}
