import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconLoader2, IconMinus } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** How a state is meant: never by colour alone, each has its icon. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle'

const icons = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, busy: IconLoader2, idle: IconMinus }

export function ToneIcon({ tone, size = 14 }: { tone: Tone; size?: number }) {
  const Icon = icons[tone]
  return <Icon size={size} stroke={2} aria-hidden className={`hp-tone-${tone}${tone === 'busy' ? ' hp-spin' : ''}`} style={{ flex: 'none' }} />
}

export function StateBadge({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return <span className="hp-state" data-tone={tone} title={title}><ToneIcon tone={tone} /><span>{children}</span></span>
}
