import type { WaitingMail } from '../../shared/mail.ts'
import type { ChangeGroup, FileDiff, Verdict } from '../../shared/plan.ts'
import type { Facts } from '../facts/facts.ts'
import type { CertificateState } from '../../shared/status.ts'
import type { Owned } from '../facts/owned.ts'
import type { Resource, ResourceId, ResourceKind } from '../render/resource.ts'

/** What planning one resource comes to. */
export interface Judgement {
  readonly verdict: Verdict
  readonly reason: string
  readonly diff?: FileDiff
  readonly caution?: string
  /** Content of a file that this change writes, where it is not the resource's own (a merge of what is there). */
  readonly content?: string
  /** What undoing this needs to know. */
  readonly before?: string
  /** Of the image that is pulled, where its registry said it. */
  readonly digest?: string
  /** What happens to user data that goes. */
  readonly data?: 'archive' | 'delete'
}

/** Something that leaves the server: known by kind and name only, since no spec describes it any more. */
export interface Gone { readonly kind: ResourceKind; readonly name: string }

export interface PlannedChange extends Judgement {
  readonly id: ResourceId | 'systemd/units' | 'record/owned' | 'mail/send'
  readonly group: ChangeGroup
  readonly title: string
  /** What shall be there; null for a delete and for the changes that are no resource. */
  readonly resource: Resource | null
  readonly gone: Gone | null
}

/** How to treat user data of sites that leave: by site id. Sites that are not named keep theirs as an archive. */
export type DataChoice = 'archive' | 'delete' | 'keep'

/** What tags name, by their image, as registries said when they were asked; null where none answered. Absent: nobody asked. */
export type Digests = ReadonlyMap<string, string | null>

/** Everything that a judgement may look at. */
export interface PlanContext {
  readonly facts: Facts
  readonly owned: Owned['resources']
  readonly certificates: ReadonlyMap<string, CertificateState>
  readonly digests: Digests
  /** Ids of changes decided so far that do something. */
  readonly changing: ReadonlySet<string>
  readonly dataOf: (siteId: string) => DataChoice
  /** Ids of all that shall be there. */
  readonly wanted: ReadonlySet<string>
  /** What becomes of mail that waits; undefined where nothing was said. */
  readonly waitingMail: WaitingMail | undefined
  /** Whether Homeport leaves the server. */
  readonly isLeaving: boolean
}

export const noop = (reason: string): Judgement => ({ verdict: 'noop', reason })
