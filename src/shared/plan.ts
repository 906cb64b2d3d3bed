import { z } from 'zod'

/** Terraform's words: what happens to one resource. */
export const Verdict = z.enum(['create', 'update', 'replace', 'delete', 'noop'])
export type Verdict = z.infer<typeof Verdict>

/** Where a change is shown. Sites come as `site:<id>`. */
export const ChangeGroup = z.union([z.enum(['system', 'docker', 'proxy', 'certificates', 'mail', 'homeport']), z.templateLiteral(['site:', z.string()])])
export type ChangeGroup = z.infer<typeof ChangeGroup>

export const FileDiff = z.object({
  path: z.string(),
  /** Content on the server now; null where there is no file. */
  before: z.string().nullable(),
  /** Content after the run; null where it is deleted. */
  after: z.string().nullable(),
})
export type FileDiff = z.infer<typeof FileDiff>

export const Change = z.object({
  /** `<kind>/<name>`, unique in the plan. */
  id: z.string(),
  verdict: Verdict,
  group: ChangeGroup,
  /** What it is, in plain words: "Web server for example.org". */
  title: z.string(),
  /** Why it changes, or why nothing is needed. */
  reason: z.string(),
  diff: FileDiff.optional(),
  /** Exactly what will run on the server for this change, as shell text. */
  script: z.string(),
  /** Said beside the change where a person should think twice: data loss, an interruption. */
  caution: z.string().optional(),
})
export type Change = z.infer<typeof Change>

export const Plan = z.object({
  /** Hash over everything that would happen. The same facts and edit give the same id. */
  id: z.string(),
  title: z.string(),
  /** In the order in which they run; noops are listed too, with their reason. */
  changes: z.array(Change),
  /** True when no change is needed. */
  isEmpty: z.boolean(),
  /** Revision of the spec on the server that this plan starts from. */
  fromRevision: z.number().int(),
})
export type Plan = z.infer<typeof Plan>

/** The changes that do something. */
export function effectiveChanges(plan: Pick<Plan, 'changes'>): Change[] {
  return plan.changes.filter((change) => change.verdict !== 'noop')
}
