import { IconChevronRight, IconCircleCheck, IconCircleDashed, IconCircleX, IconLoader2, IconMinus } from '@tabler/icons-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { RunStep, StepState } from '../../shared/run.ts'
import { CopyIcon } from './code-block.tsx'
import { formatElapsed } from './quantity.ts'

const states: Record<StepState, { word: string; tone: string; Icon: typeof IconMinus }> = {
  waiting: { word: 'waiting', tone: 'idle', Icon: IconCircleDashed }, running: { word: 'running', tone: 'busy', Icon: IconLoader2 },
  done: { word: 'done', tone: 'good', Icon: IconCircleCheck }, failed: { word: 'failed', tone: 'bad', Icon: IconCircleX }, skipped: { word: 'not begun', tone: 'idle', Icon: IconMinus },
}

interface RunStepRowProps { readonly step: RunStep; readonly now: number; readonly isCurrent: boolean; readonly isFailed: boolean }

/** One step. What it prints is open while it runs and when it failed, unless the person decided otherwise. */
export function RunStepRow({ step, now, isCurrent, isFailed }: RunStepRowProps) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const id = useId()
  const { word, tone, Icon } = states[step.state]
  const hasOutput = step.output.length > 0
  const open = hasOutput && (chosen ?? (isCurrent || isFailed))
  return (
    <li className="hp-step" data-state={step.state} aria-current={isCurrent ? 'step' : undefined}>
      <div className="hp-step-line">
        <Icon size={18} stroke={1.9} aria-hidden className={`hp-tone-${tone}${step.state === 'running' ? ' hp-spin' : ''}`} />
        <span className="hp-step-title">{step.title}<span className="hp-hidden">, {word}</span></span>
        {step.state === 'skipped' && <span className="hp-step-time">not begun</span>}
        {step.exitCode !== null && step.exitCode !== 0 && <span className="hp-step-time">exit code {step.exitCode}</span>}
        {step.startedAt !== null && (step.endedAt !== null || isCurrent) && <span className="hp-step-time">{formatElapsed((step.endedAt ?? now) - step.startedAt)}</span>}
        {hasOutput && (
          <button type="button" className="hp-disclosure hp-step-toggle" aria-expanded={open} aria-controls={open ? id : undefined} aria-label={`${open ? 'Hide' : 'Show'} the output of ${step.title}`} onClick={() => setChosen(!open)}>
            <IconChevronRight size={15} aria-hidden />Output
          </button>
        )}
      </div>
      {open && <StepOutput id={id} lines={step.output} label={`Output of ${step.title}`} />}
    </li>
  )
}

/** The last lines, staying at the end as long as the person has not scrolled away from it. */
function StepOutput({ id, lines, label }: { id: string; lines: readonly string[]; label: string }) {
  const box = useRef<HTMLPreElement>(null)
  const sticks = useRef(true)
  useEffect(() => { if (sticks.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight }, [lines])
  return (
    <div className="hp-code hp-step-output" data-wrap>
      <pre id={id} ref={box} tabIndex={0} role="region" aria-label={label}
        onScroll={(event) => { const at = event.currentTarget; sticks.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24 }}>{lines.join('\n')}</pre>
      <div className="hp-code-copy"><CopyIcon value={lines.join('\n')} label="Copy the output" /></div>
    </div>
  )
}
