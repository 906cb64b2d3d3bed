import { z } from 'zod'

export const checkNames = [
  'distribution', 'architecture', 'systemd', 'virtualization', 'memory', 'disk', 'clock', 'ports', 'docker',
  'package-manager', 'first-boot', 'reboot', 'outgoing-mail', 'reachable',
] as const

/** One thing that was looked at before anything is changed. */
export const PreflightCheck = z.object({
  name: z.enum(checkNames),
  /** Such as "Operating system". */
  title: z.string(),
  state: z.enum(['fine', 'warning', 'blocker']),
  /** What was found: "Debian 13 (trixie)". */
  found: z.string(),
  /** What it means and the way out; empty where all is fine. */
  advice: z.string(),
})
export type PreflightCheck = z.infer<typeof PreflightCheck>

export const Preflight = z.object({
  checks: z.array(PreflightCheck),
  /** An earlier Homeport set-up that was found and is taken over as it is. */
  adopted: z.object({ revision: z.number().int(), sites: z.array(z.string()) }).nullable(),
  /** A run that is going on right now, perhaps from another computer. */
  activeRun: z.string().nullable(),
})
export type Preflight = z.infer<typeof Preflight>

export function isBlocked(preflight: Preflight): boolean {
  return preflight.checks.some((check) => check.state === 'blocker')
}
