import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Tone } from './state-badge.tsx'

const icons = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, busy: IconInfoCircle, idle: IconInfoCircle }

interface NoticeProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  /** Buttons below the text. */
  readonly actions?: ReactNode
  readonly role?: 'alert' | 'status'
}

/** A calm coloured box with an icon, a bold sentence, and what it means. */
export function Notice({ tone, title, children, actions, role = 'status' }: NoticeProps) {
  const Icon = icons[tone]
  return (
    <div className="hp-notice" data-tone={tone} role={role}>
      <Icon size={19} stroke={1.8} aria-hidden />
      <div>
        <div className="hp-notice-title">{title}</div>
        {children !== undefined && <div className="hp-notice-text">{children}</div>}
        {actions !== undefined && <div style={{ marginTop: 10, display: 'flex', gap: 8, flexWrap: 'wrap' }}>{actions}</div>}
      </div>
    </div>
  )
}
