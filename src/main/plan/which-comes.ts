import type { Judgement, PlanContext } from './planned-change.ts'

/** Adds to a reason which image a tag names, so that the one that is approved is the one that comes. */
export function whichComes(reason: string, image: string | undefined, context: PlanContext): Pick<Judgement, 'reason' | 'digest'> {
  const digest = image === undefined ? undefined : context.digests.get(image)
  if (image === undefined || digest === undefined) return { reason }
  if (digest === null) return { reason: `${reason} Its registry did not say which image ${image} is now: it comes as it is at that moment.` }
  return { reason: `${reason} It is ${image}@${digest}, and no other one comes.`, digest }
}
