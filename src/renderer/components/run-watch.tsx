import './run-watch.css'
import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, type ReactNode } from 'react'
import { type RunState, runProgress } from '../../shared/run.ts'
import { api } from '../api.ts'
import { ErrorNotice } from './error-notice.tsx'
import { noteRunEnd } from './last-runs.ts'
import { Notice } from './notice.tsx'
import { useNow } from './now.tsx'
import { counted, formatElapsed } from './quantity.ts'
import { RunStepRow } from './run-step-row.tsx'
import { StateBadge, type Tone } from './state-badge.tsx'
import { useAsk } from './unlock.tsx'
import { useRun } from './use-run.ts'

interface RunWatchProps {
  readonly serverId: string
  readonly runId: string
  /** Shown when all went well. */
  readonly done?: ReactNode
  /** Plans again, to finish what is left. */
  onContinue?: (() => void) | undefined
  readonly continueLabel?: string
  onClose?: (() => void) | undefined
  /** Called when all steps are done, also by whoever only watches afterwards. */
  onSucceeded?: (() => void) | undefined
}

const outcomes: Record<RunState['outcome'], { word: string; tone: Tone }> = {
  running: { word: 'Running', tone: 'busy' }, succeeded: { word: 'Done', tone: 'good' }, failed: { word: 'Failed', tone: 'bad' },
  cancelled: { word: 'Stopped', tone: 'warn' }, interrupted: { word: 'Interrupted', tone: 'warn' },
}

/** A run on the server, watched: it goes on without the window, and a late watcher sees it from the beginning. */
export function RunWatch({ serverId, runId, done, onContinue, continueLabel = 'Continue', onClose, onSucceeded }: RunWatchProps) {
  const { run, error, skewMs, watchAgain } = useRun(serverId, runId)
  const queries = useQueryClient()
  const now = useNow(1000) + skewMs
  const { done: finished, total } = runProgress(run)
  const outcome = outcomes[run.outcome]
  const current = run.steps.findIndex((step) => step.state === 'running')
  const hasBegun = run.steps.length > 0
  const succeeded = useEffectEvent(() => onSucceeded?.())
  useEffect(() => { if (run.outcome === 'succeeded') succeeded() }, [run.outcome])
  useEffect(() => { if (run.outcome !== 'running') noteRunEnd(serverId, runId) }, [run.outcome, serverId, runId])
  useEffect(() => { if (run.outcome !== 'running') void queries.invalidateQueries({ queryKey: ['runs', serverId] }) }, [run.outcome, queries, serverId])

  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" mb={8} gap="xs">
          <Group gap="xs"><StateBadge tone={outcome.tone}>{run.outcome === 'running' && run.cancelRequested ? 'Stopping after this step' : outcome.word}</StateBadge><Text fz="sm" c="dimmed">{hasBegun ? `${finished} of ${counted(total, 'step')}` : 'Starting …'}</Text></Group>
          {run.startedAt !== null && <Text fz="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>{formatElapsed((run.endedAt ?? (run.outcome === 'running' ? now : run.startedAt)) - run.startedAt)}</Text>}
        </Group>
        <Progress value={total === 0 ? 0 : (100 * finished) / total} size="sm" aria-label="Progress" color={run.outcome === 'failed' ? 'red' : 'harbour'} striped={run.outcome === 'running'} animated={run.outcome === 'running'} />
        <div className="hp-hidden" role="status" aria-live="polite">{run.outcome === 'running' ? (current === -1 ? '' : `Step ${current + 1} of ${total}: ${run.steps[current]?.title}`) : `${outcome.word}. ${finished} of ${total} steps done.`}</div>
      </div>
      {run.line === 'reconnecting' && run.outcome === 'running' && <Notice tone="warn" title="The line to the server is gone. Connecting again …">The run goes on there. You will see here what happened meanwhile.</Notice>}
      {error !== null && <ErrorNotice error={error} onRetry={watchAgain} retryLabel="Watch again" />}
      <RunEnd run={run} done={done} onContinue={onContinue} continueLabel={continueLabel} onClose={onClose} />
      <ol className="hp-list hp-steps" aria-label="Steps">
        {run.steps.map((step, index) => <RunStepRow key={step.id} step={step} now={now} isFailed={step.state === 'failed'} isCurrent={index === current} />)}
      </ol>
      {run.outcome === 'running' && error === null && (
        <Group justify="space-between" gap="sm">
          <Text fz="sm" c="dimmed">You can close this, or the app: the run goes on on the server.</Text>
          <CancelRun serverId={serverId} runId={runId} requested={run.cancelRequested} />
        </Group>
      )}
    </Stack>
  )
}

function CancelRun({ serverId, runId, requested }: { serverId: string; runId: string; requested: boolean }) {
  const ask = useAsk(serverId)
  const cancel = useMutation({ mutationFn: () => ask(() => api.call('run.cancel', { serverId, runId })) })
  const confirm = () => modals.openConfirmModal({
    title: 'Stop this run?', labels: { confirm: 'Stop after this step', cancel: 'Let it go on' }, confirmProps: { color: 'red' }, onConfirm: () => cancel.mutate(),
    children: <Text fz="sm">The current step is finished first, so that nothing is left half done. What was changed so far stays, and you can continue later.</Text>,
  })
  return (
    <Stack gap="xs" align="flex-end">
      {cancel.isError && <ErrorNotice error={cancel.error} />}
      <Button variant="default" size="xs" onClick={confirm} disabled={requested} loading={cancel.isPending}>{requested ? 'Stopping …' : 'Stop the run'}</Button>
    </Stack>
  )
}

interface RunEndProps { readonly run: RunState; readonly done: ReactNode; onContinue: (() => void) | undefined; readonly continueLabel: string; onClose: (() => void) | undefined }

/** What the end means, and what can be done now. */
function RunEnd({ run, done, onContinue, continueLabel, onClose }: RunEndProps) {
  const failed = run.steps.find((step) => step.state === 'failed')
  const again = onContinue === undefined ? {} : { actions: <Button size="xs" onClick={onContinue}>{continueLabel}</Button> }
  switch (run.outcome) {
    case 'running':
      return null
    case 'succeeded':
      return <>{done ?? <Notice tone="good" title="All done" {...(onClose === undefined ? {} : { actions: <Button size="xs" onClick={onClose}>Close</Button> })}>Every step was carried out and checked.</Notice>}</>
    case 'failed':
      return <Notice role="alert" tone="bad" title={failed === undefined ? 'The run failed' : `“${failed.title}” did not work`} {...again}>{run.steps.length === 1 ? 'Read below what the server said. Once the cause is gone, try again.' : 'The steps before it are done and stay. The rest was not begun. Read what the server said in the marked step; once the cause is gone, continue: only what is left will be done.'}</Notice>
    case 'cancelled':
      return <Notice tone="warn" title="The run was stopped" {...again}>What was done so far stays. Continue whenever you like: only what is left will be done.</Notice>
    case 'interrupted':
      return <Notice role="alert" tone="warn" title="The run was interrupted" {...again}>The server went off or was restarted in the middle of it. Nothing is lost: continue, and only what is left will be done.</Notice>
  }
}
