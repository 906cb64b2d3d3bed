import { Stepper } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'

const titles = ['Connect', 'Check', 'Review', 'Set up'] as const

/** Where one is on the way from an address to a server that hosts sites. */
export function SetupSteps({ active }: { active: 0 | 1 | 2 | 3 }) {
  const isSmall = useMediaQuery('(max-width: 600px)')
  if (isSmall === true) {
    return (
      <div className="hp-steps-small" role="status">
        <div aria-hidden style={{ display: 'flex', gap: 4, marginBottom: 6 }}>
          {titles.map((title, index) => <div key={title} style={{ flex: 1, height: 4, borderRadius: 2, background: index <= active ? 'var(--mantine-primary-color-filled)' : 'var(--hp-line)' }} />)}
        </div>
        <span style={{ fontSize: '0.85rem', color: 'var(--mantine-color-dimmed)' }}>{`Step ${active + 1} of 4: ${titles[active]}`}</span>
      </div>
    )
  }
  return (
    <Stepper active={active} size="xs" iconSize={28} allowNextStepsSelect={false}>
      {titles.map((title) => <Stepper.Step key={title} label={title} allowStepSelect={false} />)}
    </Stepper>
  )
}
