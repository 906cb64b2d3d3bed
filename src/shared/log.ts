import { z } from 'zod'

/** Where log lines come from. */
export const LogSource = z.discriminatedUnion('kind', [
  /** One systemd unit, such as docker.service or homeport-proxy.service, with its container's output. */
  z.strictObject({ kind: z.literal('unit'), unit: z.string().regex(/^[A-Za-z0-9:_.@\\-]{1,255}$/, 'This is not the name of a unit.') }),
  /** Everything of one site: container, unit, pulls. */
  z.strictObject({ kind: z.literal('site'), siteId: z.string().regex(/^[a-z0-9.-]{1,200}$/) }),
  /** The whole journal. */
  z.strictObject({ kind: z.literal('all') }),
])
export type LogSource = z.infer<typeof LogSource>

export const LogLine = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  unit: z.string(),
  /** syslog severity, 0 (emergency) to 7 (debug). */
  priority: z.number().int(),
  message: z.string(),
})
export type LogLine = z.infer<typeof LogLine>
