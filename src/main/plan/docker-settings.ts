import { z } from 'zod'
import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

/** Where Docker reads its settings. */
export const dockerSettingsPath = '/etc/docker/daemon.json'
const path = dockerSettingsPath
const Settings = z.record(z.string(), z.unknown())
type Settings = z.infer<typeof Settings>

/** Merges Homeport's keys into the engine's settings; keys of others stay. What was there before is kept for going back. */
export function planDockerSettings(resource: ResourceOf<'docker-settings'>, context: PlanContext): Judgement {
  if (context.facts.docker.isSwarm) return noop('Docker is part of a swarm, which does not allow this setting: sites pause for a moment when Docker is restarted.')
  const current = readSettings(context)
  if (current === 'unreadable') return { verdict: 'noop', reason: `${path} is not valid JSON, or very large. Homeport leaves it alone; repair it, then plan again.` }
  const keys = Object.keys(resource.settings)
  const isSame = keys.every((key) => current?.[key] === resource.settings[key])
  if (isSame && context.facts.docker.liveRestore) return noop('The engine has these settings.')
  if (isSame && context.facts.docker.version === null) return noop('The engine reads these settings when it starts.')
  const before = context.owned['docker-settings/daemon.json']?.before ?? JSON.stringify(pick(current ?? {}, keys))
  if (isSame) return { verdict: 'update', reason: 'The engine has not read its settings yet.', before, ...merged(current ?? {}, resource, context) }
  return { verdict: current === null ? 'create' : 'update', reason: 'Containers shall go on while the engine is restarted or upgraded.', before, ...merged(current ?? {}, resource, context) }
}

function merged(current: Settings, resource: ResourceOf<'docker-settings'>, context: PlanContext): Pick<Judgement, 'content' | 'diff'> {
  const content = `${JSON.stringify({ ...current, ...resource.settings }, null, 2)}\n`
  return { content, diff: { path, before: context.facts.files.get(path)?.content ?? null, after: content } }
}

/** Takes Homeport's keys out again, or puts back what they were. */
export function planDockerSettingsRemoval(context: PlanContext): Judgement {
  const current = readSettings(context)
  const before = Settings.safeParse(JSON.parse(context.owned['docker-settings/daemon.json']?.before ?? '{}'))
  if (current === null || current === 'unreadable' || !before.success) return noop('There is nothing to take back.')
  const { 'live-restore': _ours, ...others } = current
  const rest: Settings = { ...others, ...before.data }
  const after = Object.keys(rest).length === 0 ? null : `${JSON.stringify(rest, null, 2)}\n`
  return {
    verdict: 'delete', reason: 'The engine gets its earlier settings back.', content: after ?? '',
    diff: { path, before: context.facts.files.get(path)?.content ?? null, after },
  }
}

function readSettings(context: PlanContext): Settings | null | 'unreadable' {
  const file = context.facts.files.get(path)
  if (file === undefined) return null
  // Too large to come along, or no text: there is something, and nobody knows what.
  if (file.content === null) return 'unreadable'
  if (file.content.trim() === '') return null
  try {
    return Settings.parse(JSON.parse(file.content))
  } catch {
    return 'unreadable' // said in the plan, with what to do
  }
}

function pick(settings: Settings, keys: readonly string[]): Settings {
  return Object.fromEntries(keys.filter((key) => key in settings).map((key) => [key, settings[key]]))
}
