const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes for people, in powers of 1000: "12.4 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit += 1 }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`
}

/** How long, as a stopwatch says it: "8 s", "1:07 min", "2:03:11 h". */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  if (hours > 0) return `${hours}:${two(minutes)}:${two(rest)} h`
  return minutes > 0 ? `${minutes}:${two(rest)} min` : `${rest} s`
}

/** How long, roughly: "12 days", "3 hours", "5 minutes". */
export function formatDuration(seconds: number): string {
  for (const [unit, length] of [['day', 86_400], ['hour', 3600], ['minute', 60]] as const) {
    const count = Math.floor(seconds / length)
    if (count >= 1) return counted(count, unit)
  }
  return 'less than a minute'
}

/** How long ago or ahead, roughly: "2 hours ago", "in 4 minutes", "just now". */
export function formatAgo(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000)
  if (Math.abs(seconds) < 45) return seconds >= -5 ? 'just now' : 'in a moment'
  return seconds > 0 ? `${formatDuration(Math.max(60, seconds))} ago` : `in ${formatDuration(Math.max(60, -seconds))}`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A SHA256 fingerprint in groups of four, to be compared by eye. */
export function fingerprintGroups(sha256: string): string[] {
  return sha256.replace(/^SHA256:/, '').match(/.{1,4}/g) ?? []
}

/** The short form under which people know a version: seven digits of a commit or of an image, the moment of an upload. */
export function releaseName(id: string): string {
  const upload = /^u(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)/.exec(id)
  if (/^i[0-9a-f]{64}$/.test(id)) return id.slice(1, 8)
  return upload === null ? id.slice(0, 7) : `Upload of ${upload[1]}-${upload[2]}-${upload[3]} ${upload[4]}:${upload[5]} UTC`
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** A moment in the person's own way of writing and time zone: "12 Mar 2027, 14:05". */
export function formatMoment(at: number): string {
  return moment.format(at)
}

/** A day, likewise. */
export function formatDay(at: number): string {
  return date.format(at)
}
