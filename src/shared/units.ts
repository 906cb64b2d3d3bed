import { z } from 'zod'
import { SiteId } from './spec.ts'

/** A file that says what a unit is: its own, or one that an administrator laid beside it (a drop-in). */
export const UnitFile = z.object({ path: z.string(), /** Null where it could not be read. */ text: z.string().nullable() })
export type UnitFile = z.infer<typeof UnitFile>

/** One unit as systemd knows it: see systemctl(1) and systemd.unit(5) for the words. */
export const UnitDetail = z.object({
  name: z.string(),
  description: z.string(),
  /** The site that it belongs to; null for what serves all sites. */
  siteId: SiteId.nullable(),
  /** ActiveState and SubState. */
  active: z.string(),
  sub: z.string(),
  /** How it ended the last time: success, exit-code, timeout ... */
  result: z.string(),
  /** Whether it starts with the server (UnitFileState): enabled, disabled, static, transient ... */
  enabled: z.string(),
  /** Milliseconds since 1970 of the last change of state. */
  since: z.number().nullable(),
  restarts: z.number().int(),
  /** Bytes; null where it does not run, or nobody counts. */
  memoryBytes: z.number().nullable(),
  /** Timers: milliseconds since 1970. */
  lastAt: z.number().nullable(),
  nextAt: z.number().nullable(),
  /** Other units of this list that it asks for (Requires, Wants), waits for (After), and sets off (Triggers, OnSuccess). */
  needs: z.array(z.string()),
  after: z.array(z.string()),
  triggers: z.array(z.string()),
  files: z.array(UnitFile),
})
export type UnitDetail = z.infer<typeof UnitDetail>

/** Whether a person may start and stop it: not the run that would do so, and nothing that is not Homeport's. */
export function isControllable(name: string): boolean {
  return /^homeport-.*\.(service|timer)$/.test(name) && name !== 'homeport-run.service' && !name.includes('@')
}
