import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** A place where something will be, and how it gets there. */
export function Empty({ icon, title, children, action }: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="hp-empty">
      {icon}
      <Text fw={620} fz="lg" component="h2">{title}</Text>
      <Text c="dimmed" fz="sm" maw={460}>{children}</Text>
      {action !== undefined && <div style={{ marginTop: 8 }}>{action}</div>}
    </div>
  )
}
