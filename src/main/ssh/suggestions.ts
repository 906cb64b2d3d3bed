import { open, readdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import ssh2 from 'ssh2'
import type { SshSuggestions } from '../../shared/connection.ts'
import { agentPath, countAgentKeys } from './agent.ts'
import { expandHome } from './key-file.ts'
import { includedFiles, type HostSuggestion, readConfigHosts } from './ssh-config-hosts.ts'

/** Bytes that tell what a file is: every format of private key says so in its first line. */
const headBytes = 64
const privateKeyHead = /^(-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|PuTTY-User-Key-File-[23]: )/

/** What this computer knows of SSH already, so that it need not be typed. Missing files are no failure: most people have none. */
export async function findSshSuggestions(home = homedir(), agent = agentPath()): Promise<SshSuggestions> {
  const folder = join(home, '.ssh')
  const [hosts, keyPaths, hasAgent] = await Promise.all([findHosts(folder, home), findKeys(folder), isAgentUsable(agent)])
  return { hosts, keyPaths, agent: hasAgent }
}

async function findHosts(folder: string, home: string): Promise<HostSuggestion[]> {
  const text = await readConfig(join(folder, 'config'))
  const paths = (await Promise.all(includedFiles(text).map((pattern) => expandPattern(pattern, folder, home)))).flat()
  // One level of Include only: deeper ones are rare, and could go in circles.
  const texts = [text, ...(await Promise.all(paths.map(readConfig)))]
  const byAlias = new Map<string, HostSuggestion>()
  for (const host of texts.flatMap((part) => readConfigHosts(part, home))) if (!byAlias.has(host.alias)) byAlias.set(host.alias, host)
  return [...byAlias.values()]
}

async function expandPattern(pattern: string, folder: string, home: string): Promise<string[]> {
  const expanded = expandHome(pattern, home)
  const path = isAbsolute(expanded) ? expanded : join(folder, expanded)
  const names = await namesIn(dirname(path))
  return names.filter((name) => matchesPattern(name, basename(path))).sort().map((name) => join(dirname(path), name))
}

/** `*` and `?`, as people use them in Include. */
function matchesPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name)
}

async function findKeys(folder: string): Promise<string[]> {
  const paths = (await namesIn(folder)).filter((name) => !name.endsWith('.pub')).sort().map((name) => join(folder, name))
  const areKeys = await Promise.all(paths.map(isPrivateKey))
  return paths.filter((_, index) => areKeys[index] === true)
}

async function isPrivateKey(path: string): Promise<boolean> {
  try {
    // Asked first: opening a pipe would wait for ever.
    return (await stat(path)).isFile() && privateKeyHead.test(await readHead(path))
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

async function readHead(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead).toString('latin1')
  } finally {
    await file.close()
  }
}

async function isAgentUsable(path: string | null): Promise<boolean> {
  if (path === null) return false
  // An agent that is gone is an answer here, and an error only for who wants to log in with it.
  return await countAgentKeys(ssh2.createAgent(path)).then((count) => count > 0, () => false)
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
}

async function readConfig(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return ''
    throw error
  })
}

/** Not there, not ours to read, or not a file: nothing to suggest from. */
function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'ENXIO', 'ELOOP'].includes(String(error.code))
}
