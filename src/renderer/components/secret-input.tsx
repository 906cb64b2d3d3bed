import './certificate.css'
import { Button, Input, PasswordInput, type PasswordInputProps } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** A secret that the server has: it can be replaced, and never be seen. */
export function KeptSecret({ label, description, onReplace }: { label: string; description?: ReactNode; onReplace(): void }) {
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <div className="hp-kept"><span><IconLock size={15} aria-hidden />Kept on the server</span><Button variant="subtle" size="compact-sm" onClick={onReplace}>Replace<span className="hp-hidden">: {label}</span></Button></div>
    </Input.Wrapper>
  )
}

interface SecretInputProps extends PasswordInputProps {
  readonly label: string
  readonly isKept: boolean
  onReplace(): void
}

/** A secret: typed once, and from then on kept on the server. */
export function SecretInput({ isKept, onReplace, label, description, ...input }: SecretInputProps) {
  return isKept ? <KeptSecret label={label} description={description} onReplace={onReplace} /> : <PasswordInput label={label} description={description} autoComplete="off" {...input} />
}
