import type { FileDiff } from '../../shared/plan.ts'
import type { FileFact } from '../facts/facts.ts'
import { sha256 } from '../render/hash.ts'
import type { ResourceOf } from '../render/resource.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'

/** Owner of every file that Homeport writes. */
const root = 0
/** In the place of a content that is not known here. */
const tooLarge = '(too large to be shown)\n'

export function planFile(resource: ResourceOf<'file'>, context: PlanContext): Judgement {
  const fact = context.facts.files.get(resource.name)
  const owned = context.owned[`file/${resource.name}`]
  const diff: FileDiff = { path: resource.name, before: fact === undefined ? null : (fact.content ?? tooLarge), after: resource.content }
  if (fact === undefined) {
    return { verdict: 'create', reason: owned === undefined ? 'It is not there yet.' : 'It has been removed on the server, or a run ended before it was written.', diff }
  }
  const hash = sha256(resource.content)
  if (fact.sha256 === hash) return judgeMetadata(resource, fact)
  const isByHand = owned?.hash !== undefined && owned.hash !== fact.sha256
  return {
    verdict: 'update', diff,
    reason: isByHand ? 'It was changed on the server by hand.' : owned === undefined ? 'Another file is in its place.' : 'Its content changes.',
    ...(isByHand || owned === undefined ? { caution: 'What is in the file now is replaced. Copy what you want to keep from the comparison.' } : {}),
  }
}

function judgeMetadata(resource: ResourceOf<'file'>, fact: FileFact): Judgement {
  if (fact.mode === resource.mode && fact.uid === root && fact.gid === (resource.gid ?? root)) return noop('It is as it should be.')
  return { verdict: 'update', reason: 'Its permissions were changed on the server.' }
}

/** A file that is no longer wanted; nothing is left to do where it is gone already. */
export function planFileRemoval(path: string, context: PlanContext): Judgement {
  const fact = context.facts.files.get(path)
  if (fact === undefined) return noop('It is gone already.')
  const owned = context.owned[`file/${path}`]
  return {
    verdict: 'delete', reason: 'Nothing needs it any more.', diff: { path, before: fact.content ?? tooLarge, after: null },
    ...(owned?.hash !== undefined && owned.hash !== fact.sha256 ? { caution: 'It was changed on the server by hand since Homeport wrote it.' } : {}),
  }
}
