import { SiteId } from '../../shared/spec.ts'
import { ArchiveName, folderBytes, KeptMailName, type Archive, type KeptMail, type SiteStorage, type Storage } from '../../shared/storage.ts'
import { unreadable } from './sections.ts'

type Counted = { -readonly [K in keyof SiteStorage]: SiteStorage[K] }
const release = /^[0-9a-z][0-9a-z-]{0,79}$/

/** Reads the answer of `resources/server/commands/storage.sh`. What has none of its forms is left out. Throws `unreadable-answer` where the disk itself is missing. */
export function parseStorage(text: string): Storage {
  const lines = text.split('\n')
  const disk = /^disk (\d+) (\d+) (\d+) (\d+)$/.exec(lines.find((line) => line.startsWith('disk ')) ?? '')
  if (disk === null) throw unreadable('The size of the disk is missing.')
  const [totalBytes = 0, freeBytes = 0, files = 0, freeFiles = 0] = disk.slice(1).map(Number)
  const bytesOf = (word: string): number => Number(new RegExp(`^${word} (\\d{1,16})$`, 'm').exec(text)?.[1] ?? 0)
  return {
    disk: { totalBytes, freeBytes, freeFiles: files === 0 ? null : freeFiles },
    isComplete: !lines.includes('cut'),
    sites: parseSites(lines), archives: lines.flatMap(parseArchive).sort((a, b) => b.at - a.at), keptMail: lines.flatMap(parseKeptMail).sort((a, b) => b.at - a.at),
    uploadsBytes: bytesOf('uploads'), repositoriesBytes: bytesOf('repositories'), runsBytes: bytesOf('runs'), journalBytes: bytesOf('journal'), buildCacheBytes: bytesOf('build-cache'),
    docker: lines.flatMap(parseDocker),
  }
}

function parseSites(lines: readonly string[]): SiteStorage[] {
  const sites = new Map<string, Counted>()
  const siteOf = (siteId: string): Counted => {
    const site = sites.get(siteId) ?? { siteId, versions: [], images: [], dataBytes: 0, trashBytes: 0, otherBytes: 0 }
    sites.set(siteId, site)
    return site
  }
  const served = new Set(lines.flatMap((line) => /^current ([a-z0-9.-]+)\/current (releases\/[0-9a-z-]+)$/.exec(line)?.slice(1).join('/') ?? []))
  for (const line of lines) {
    const [, size, path = ''] = /^folder (\d{1,16}) (\S+)$/.exec(line) ?? []
    const [id = '', ...below] = path.split('/')
    if (SiteId.safeParse(id).success) addFolder(siteOf(id), below, Number(size), served)
    const [, imageSize, repository = '', tag = ''] = /^image (\d{1,16}) homeport\/([a-z0-9.-]+):([0-9a-z-]+)$/.exec(line) ?? []
    if (SiteId.safeParse(repository).success && release.test(tag)) siteOf(repository).images = [...siteOf(repository).images, { id: tag, bytes: Number(imageSize) }]
  }
  return [...sites.values()].sort((a, b) => folderBytes(b) - folderBytes(a) || (a.siteId < b.siteId ? -1 : 1))
}

function addFolder(site: Counted, below: readonly string[], bytes: number, served: ReadonlySet<string>): void {
  const path = below.join('/')
  if (path === '') site.otherBytes = bytes
  else if (path === 'data') site.dataBytes = bytes
  else if (path === '.homeport/trash' || path === 'data/.homeport/trash') site.trashBytes += bytes
  else if (below.length === 2 && below[0] === 'releases' && release.test(below[1] ?? '')) {
    site.versions = [...site.versions, { id: below[1] ?? '', bytes, isServed: served.has(`${site.siteId}/${path}`) }]
  }
}

function parseArchive(line: string): Archive[] {
  const [, bytes, name = ''] = /^archive (\d{1,16}) (\S+)$/.exec(line) ?? []
  const [, siteId = '', time = ''] = /^(.+)-(\d{8}T\d{6}Z)\.tar\.gz$/.exec(name) ?? []
  if (!ArchiveName.safeParse(name).success || !SiteId.safeParse(siteId).success) return []
  return [{ name, siteId, at: momentOf(time), bytes: Number(bytes) }]
}

function parseKeptMail(line: string): KeptMail[] {
  const [, bytes, name = ''] = /^kept-mail (\d{1,16}) (\S+)$/.exec(line) ?? []
  return KeptMailName.safeParse(name).success ? [{ name, at: momentOf(name), bytes: Number(bytes) }] : []
}

/** "20260914T101500Z" in milliseconds since 1970. */
function momentOf(time: string): number {
  const [year = 0, month = 0, ...rest] = (/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time)?.slice(1) ?? []).map(Number)
  return Date.UTC(year, month - 1, ...rest)
}

const powers: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** Docker writes sizes for people only: "1.2GB", and of that "300MB (25%)". */
function parseDocker(line: string): Storage['docker'] {
  const [, kind = '', size = '', unused = ''] = /^docker ([A-Z][A-Za-z ]{1,30})\|([^|]{1,20})\|([^|]{1,30})$/.exec(line) ?? []
  const [bytes, unusedBytes] = [dockerBytes(size), dockerBytes(unused)]
  return kind === '' || bytes === null || unusedBytes === null ? [] : [{ kind, bytes, unusedBytes }]
}

function dockerBytes(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kKMGT]?B)(?: \(\d+%\))?$/.exec(text) ?? []
  const power = powers[unit]
  return power === undefined ? null : Math.round(Number(amount) * power)
}
