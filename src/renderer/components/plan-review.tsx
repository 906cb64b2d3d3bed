import './plan-review.css'
import { Button, CopyButton, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconChevronRight, IconCopy, IconPencil, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { type Change, effectiveChanges, type Plan, type Verdict } from '../../shared/plan.ts'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { FileDiff } from './file-diff.tsx'
import { Notice } from './notice.tsx'
import { allCommands, planGroups, verdictCounts } from './plan-groups.ts'
import { counted } from './quantity.ts'

type Doing = Exclude<Verdict, 'noop'>
const verdicts: Record<Doing, { word: string; tone: string; Icon: typeof IconPlus }> = {
  create: { word: 'Create', tone: 'good', Icon: IconPlus },
  update: { word: 'Update', tone: 'busy', Icon: IconPencil },
  replace: { word: 'Replace', tone: 'warn', Icon: IconRefresh },
  delete: { word: 'Delete', tone: 'bad', Icon: IconTrash },
}
const order: Doing[] = ['create', 'update', 'replace', 'delete']

function VerdictBadge({ verdict, count }: { verdict: Doing; count?: number }) {
  const { word, tone, Icon } = verdicts[verdict]
  return <span className="hp-state" data-tone={tone}><Icon size={13} stroke={2.2} aria-hidden /><span>{count === undefined ? word : `${count} to ${word.toLowerCase()}`}</span></span>
}

interface PlanReviewProps {
  readonly plan: Plan
  readonly busy: boolean
  readonly isDestructive?: boolean
  readonly notice?: ReactNode
  onApprove(): void
  readonly secondary?: ReactNode
}

/** Everything that is about to happen, before it happens: what, why, which file becomes what, and the exact commands. */
export function PlanReview({ plan, busy, isDestructive = false, notice, onApprove, secondary }: PlanReviewProps) {
  const doing = effectiveChanges(plan)
  const right = plan.changes.filter((change) => change.verdict === 'noop')
  const counts = verdictCounts(plan)
  return (
    <Stack gap="lg">
      {notice}
      {plan.isEmpty
        ? <Notice tone="good" title="Everything is as it should be">There is nothing to change on the server.</Notice>
        : (
          <Group justify="space-between" gap="xs">
            <Group gap={6} role="group" aria-label="Summary">{order.map((verdict) => { const count = counts[verdict]; return count === undefined ? null : <VerdictBadge key={verdict} verdict={verdict} count={count} /> })}</Group>
            <CopyButton value={allCommands(plan)}>{({ copied, copy }) => (
              <Button variant="subtle" size="compact-sm" color="gray" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>{copied ? 'Copied' : 'Copy all commands'}</Button>
            )}</CopyButton>
          </Group>
        )}
      {planGroups(doing).map((group) => (
        <section key={group.group} aria-label={group.title}>
          <Text component="h2" className="hp-plan-group">{group.title}<span>{group.changes.length}</span></Text>
          <ul className="hp-list">{group.changes.map((change) => <ChangeRow key={change.id} change={change} />)}</ul>
        </section>
      ))}
      {right.length > 0 && (
        <Disclosure label={`${counted(right.length, 'thing is', 'things are')} already right`}>
          <ul className="hp-list hp-plan-right">{right.map((change) => <li key={change.id}><IconCheck size={15} className="hp-tone-good" aria-hidden /><div>{change.title}<Text fz="xs" c="dimmed">{change.reason}</Text></div></li>)}</ul>
        </Disclosure>
      )}
      {(!plan.isEmpty || secondary !== undefined) && (
        <div className="hp-plan-bar">
          {secondary}
          {!plan.isEmpty && <Button onClick={onApprove} loading={busy} {...(isDestructive ? { color: 'red' } : {})}>{doing.length === 1 ? 'Apply this change' : `Apply these ${doing.length} changes`}</Button>}
        </div>
      )}
    </Stack>
  )
}

function ChangeRow({ change }: { change: Change }) {
  const [open, setOpen] = useState({ file: false, script: false })
  if (change.verdict === 'noop') return null
  return (
    <li className="hp-change">
      <div className="hp-change-verdict"><VerdictBadge verdict={change.verdict} /></div>
      <div className="hp-change-body">
        <Text fw={580} fz="sm">{change.title}</Text>
        <Text fz="sm" c="dimmed">{change.reason}</Text>
        {change.caution !== undefined && <Text fz="sm" className="hp-change-caution"><IconAlertTriangle size={15} aria-hidden /><span>{change.caution}</span></Text>}
        <div className="hp-change-more">
          {change.diff !== undefined && <button type="button" className="hp-disclosure" aria-expanded={open.file} onClick={() => setOpen({ ...open, file: !open.file })}><IconChevronRight size={14} aria-hidden />{open.file ? 'Hide' : 'Show'} the file</button>}
          {change.script !== '' && <button type="button" className="hp-disclosure" aria-expanded={open.script} onClick={() => setOpen({ ...open, script: !open.script })}><IconChevronRight size={14} aria-hidden />{open.script ? 'Hide' : 'Show'} the commands</button>}
        </div>
        {open.file && change.diff !== undefined && <div className="hp-change-shown"><FileDiff diff={change.diff} /></div>}
        {open.script && <div className="hp-change-shown"><CodeBlock label={`Commands for ${change.title}`} code={change.script} copyLabel="Copy the commands" /></div>}
      </div>
    </li>
  )
}
