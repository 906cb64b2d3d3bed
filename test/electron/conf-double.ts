import type Conf from 'conf'

/** A settings file in memory. */
export function confWith(values: Record<string, unknown> = {}): Conf<Record<string, unknown>> {
  const kept = new Map(Object.entries(values))
  return { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => { kept.set(key, value) } } as unknown as Conf<Record<string, unknown>>
}
