import { Collapse } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'

interface DisclosureProps { readonly label: ReactNode; readonly openLabel?: ReactNode; readonly children: ReactNode; readonly initiallyOpen?: boolean }

/** Something longer, behind a quiet button. The content is only built once it is opened. */
export function Disclosure({ label, openLabel, children, initiallyOpen = false }: DisclosureProps) {
  const [open, setOpen] = useState(initiallyOpen)
  const id = useId()
  return (
    <div>
      <button type="button" className="hp-disclosure" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden />{open ? (openLabel ?? label) : label}
      </button>
      <Collapse expanded={open}><div id={id} style={{ paddingTop: 8 }}>{open && children}</div></Collapse>
    </div>
  )
}
