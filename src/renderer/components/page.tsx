import { Group, Stack, Text, Title } from '@mantine/core'
import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react'

export interface Crumb { readonly label: string; readonly href?: string }
export const CrumbContext = createContext<(crumbs: readonly Crumb[]) => void>(() => {})

/** Tells the frame where the person is, and the window its title. */
export function usePlace(title: string, crumbs: readonly Crumb[]): void {
  const show = useContext(CrumbContext)
  const key = JSON.stringify(crumbs)
  useEffect(() => { show(JSON.parse(key) as Crumb[]) }, [key, show])
  useEffect(() => { document.title = title === 'Homeport' ? title : `${title} · Homeport` }, [title])
}

/** Moves the focus to the heading of a page that was just opened, so that a screen reader begins there. */
export function usePageFocus() {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => { heading.current?.focus({ preventScroll: true }); window.scrollTo(0, 0) }, [])
  return heading
}

interface PageProps {
  readonly title: string
  readonly intro?: ReactNode
  readonly crumbs: readonly Crumb[]
  readonly width?: 'narrow' | 'normal' | 'wide'
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One page: its heading, what it is for, and its contents. */
export function Page({ title, intro, crumbs, width = 'normal', actions, children }: PageProps) {
  usePlace(title, crumbs)
  const heading = usePageFocus()
  return (
    <div className="hp-page" data-width={width}>
      <Group justify="space-between" align="flex-start" gap="md" mb={intro === undefined ? 'lg' : 'xl'}>
        <Stack gap={6} maw={680} flex={1} miw={220}>
          <Title order={1} ref={heading} tabIndex={-1}>{title}</Title>
          {intro !== undefined && <Text c="dimmed">{intro}</Text>}
        </Stack>
        {actions}
      </Group>
      {children}
    </div>
  )
}
