import SSHConfig, { LineType } from 'ssh-config'
import type { SshSuggestions } from '../../shared/connection.ts'
import { expandHome } from './key-file.ts'

export type HostSuggestion = SshSuggestions['hosts'][number]

const isPattern = (alias: string) => /[*?!]/.test(alias)

/**
 * The hosts that a configuration of ssh names, patterns left out. The blocks are read as text: ssh-config's `compute()`
 * (and `ssh -G`) would run the programs of `Match exec`. So settings of patterns and of `Match` are not applied.
 */
export function readConfigHosts(text: string, home: string): HostSuggestion[] {
  const found: HostSuggestion[] = []
  for (const line of SSHConfig.parse(text)) {
    if (line.type !== LineType.DIRECTIVE || line.param.toLowerCase() !== 'host' || !('config' in line)) continue
    const settings = settingsOf(line.config)
    for (const alias of words(line.value)) if (!isPattern(alias)) found.push(suggestion(alias, settings, home))
  }
  return found
}

/** The files that a configuration includes, at its top; ssh looks relative names up in ~/.ssh. */
export function includedFiles(text: string): string[] {
  return [...SSHConfig.parse(text)].flatMap((line) => (line.type === LineType.DIRECTIVE && line.param.toLowerCase() === 'include' ? words(line.value) : []))
}

type Value = string | { readonly val: string }[]

function words(value: Value): string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value.map((part) => part.val)
}

/** By lower-case name. The first value counts, as in ssh_config(5). */
function settingsOf(block: SSHConfig): Map<string, string> {
  const settings = new Map<string, string>()
  for (const line of block) {
    if (line.type !== LineType.DIRECTIVE) continue
    const name = line.param.toLowerCase()
    if (!settings.has(name)) settings.set(name, words(line.value).join(' '))
  }
  return settings
}

function suggestion(alias: string, settings: ReadonlyMap<string, string>, home: string): HostSuggestion {
  const port = Number(settings.get('port') ?? 22)
  const keyPath = settings.get('identityfile')
  const jump = settings.get('proxyjump')?.split(',')[0]
  return {
    alias,
    host: (settings.get('hostname') ?? alias).replaceAll('%h', alias),
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : 22,
    user: settings.get('user') ?? null,
    keyPath: keyPath === undefined || keyPath.toLowerCase() === 'none' ? null : expandHome(keyPath.replaceAll('%d', home), home),
    jumpAlias: jump === undefined || jump.toLowerCase() === 'none' ? null : jump,
  }
}
