import type { ArchivesFact } from './facts.ts'
import type { Section } from './sections.ts'

/** `<archives> <bytes>` of what was kept of sites that were removed; null where nothing was. */
export function parseArchives(section: Section | undefined): ArchivesFact | null {
  if (section === undefined || (section.exitCode === 0 && section.content.length === 0)) return null
  const [, count, bytes] = /^(\d{1,9}) (\d{1,18})$/.exec(section.content.toString('latin1')) ?? []
  if (section.exitCode !== 0 || count === undefined) return { count: null, bytes: null }
  return Number(count) === 0 ? null : { count: Number(count), bytes: Number(bytes) }
}
