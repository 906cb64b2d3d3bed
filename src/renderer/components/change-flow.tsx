import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Edit } from '../../shared/edit.ts'
import type { Plan } from '../../shared/plan.ts'
import { api } from '../api.ts'
import { asHomeportError, ErrorNotice } from './error-notice.tsx'
import { Notice } from './notice.tsx'
import { planDifference } from './plan-groups.ts'
import { PlanReview } from './plan-review.tsx'
import { RunWatch } from './run-watch.tsx'
import { useAsk } from './unlock.tsx'

interface ChangeFlowProps {
  readonly serverId: string
  readonly edit: Edit
  /** Leaves without changing anything. */
  onBack?: (() => void) | undefined
  readonly backLabel?: string
  /** Shown instead of a plain "All done". */
  readonly done?: ReactNode
  /** What to offer where there is nothing to change. */
  readonly nothingToDo?: ReactNode
  onClose?: (() => void) | undefined
  onStage?: (stage: 'review' | 'watch' | 'done') => void
}

/** Any change of a server, from the question to its end: plan, review, run. */
export function ChangeFlow({ serverId, edit: asked, onBack, backLabel = 'Back', done, nothingToDo, onClose, onStage }: ChangeFlowProps) {
  const ask = useAsk(serverId)
  // Finishing what a run left is another edit than the one that was asked for.
  const [finishing, setFinishing] = useState(false)
  const [edit, setEdit] = useState(asked)
  const [round, setRound] = useState(0)
  const [stale, setStale] = useState<Plan | null>(null)
  const [runId, setRunId] = useState<string | null>(null)
  // A plan is a snapshot for one decision: never taken from a cache, never made anew unasked.
  const plan = useQuery({ queryKey: ['plan', serverId, edit, round], queryFn: () => ask(() => api.call('server.plan', { serverId, edit })), gcTime: 0, staleTime: Infinity })

  const watch = (id: string) => { setRunId(id); onStage?.('watch') }
  const approve = useMutation({
    mutationFn: (planId: string) => ask(() => api.call('server.approve', { serverId, planId })),
    onSuccess: (started) => watch(started.runId),
    onError: (thrown) => {
      const { code } = asHomeportError(thrown)
      if (code !== 'plan-stale' && code !== 'plan-unknown') return
      setStale(plan.data ?? null)
      setRound((before) => before + 1)
    },
  })

  function planAgain(): void {
    setEdit({ kind: 'set-up' })
    setFinishing(true)
    setStale(null)
    setRunId(null)
    setRound((before) => before + 1)
    approve.reset()
    onStage?.('review')
  }

  if (runId !== null) return <RunWatch serverId={serverId} runId={runId} done={finishing && asked.kind !== 'set-up' ? undefined : done} onContinue={planAgain} onClose={onClose} onSucceeded={() => onStage?.('done')} />
  if (plan.isPending) return <Planning again={stale !== null} />
  const back = onBack === undefined ? undefined : <Button variant="default" onClick={onBack}>{backLabel}</Button>
  if (plan.isError) return <Stack><PlanError error={plan.error} serverId={serverId} onRetry={() => { void plan.refetch() }} onWatch={watch} />{back}</Stack>
  const isStale = approve.isError && ['plan-stale', 'plan-unknown'].includes(asHomeportError(approve.error).code)
  const isDestructive = edit.kind === 'remove-site' || edit.kind === 'uninstall'
  return (
    <PlanReview plan={plan.data} busy={approve.isPending} isDestructive={isDestructive} onApprove={() => approve.mutate(plan.data.id)}
      notice={<>
        {stale !== null && <StaleNotice old={stale} next={plan.data} />}
        {approve.isError && !isStale && <PlanError error={approve.error} serverId={serverId} onWatch={watch} />}
      </>}
      secondary={plan.data.isEmpty ? (nothingToDo ?? (onClose === undefined ? back : <Button onClick={onClose}>Close</Button>)) : back} />
  )
}

function Planning({ again }: { again: boolean }) {
  return (
    <Stack role="status" aria-live="polite">
      <Text fz="sm" c="dimmed">{again ? 'The server changed meanwhile. Looking again …' : 'Looking at the server, to plan what has to change …'}</Text>
      <Skeleton height={28} width={220} radius="xl" />
      <Skeleton height={150} radius="lg" />
      <Skeleton height={90} radius="lg" />
    </Stack>
  )
}

function StaleNotice({ old, next }: { old: Plan; next: Plan }) {
  const { added, gone, changed } = planDifference(old, next)
  const lines = [
    ...added.map((title) => `New in the plan: ${title}`), ...gone.map((title) => `No longer needed: ${title}`), ...changed.map((title) => `Different now: ${title}`),
  ]
  return (
    <Notice tone="warn" title="The server changed since this plan was made. Here is the new plan.">
      {lines.length === 0 ? 'It contains the same changes. Nothing was applied so far.' : <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>{lines.map((line) => <li key={line}>{line}</li>)}</ul>}
    </Notice>
  )
}

/** An error of planning or approving, with the way on that fits it. */
function PlanError({ error, serverId, onRetry, onWatch }: { error: unknown; serverId: string; onRetry?: () => void; onWatch(runId: string): void }) {
  const { code } = asHomeportError(error)
  const runs = useQuery({ queryKey: ['runs', serverId], queryFn: () => api.call('server.runs', { serverId }), enabled: code === 'run-in-progress' })
  const active = runs.data?.find((run) => run.outcome === 'running')
  return (
    <ErrorNotice error={error} onRetry={onRetry}>
      {code === 'preflight-blocked' && <Button size="xs" component={Link} href={`/servers/${serverId}/setup`}>See the checks</Button>}
      {active !== undefined && <Button size="xs" onClick={() => onWatch(active.runId)}>Watch that run</Button>}
    </ErrorNotice>
  )
}
