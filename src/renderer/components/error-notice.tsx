import { Button, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { HomeportError } from '../../shared/errors.ts'
import { CodeBlock } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { Notice } from './notice.tsx'

/** Whatever was thrown, as something with a message and a hint. */
export function asHomeportError(thrown: unknown): HomeportError {
  if (thrown instanceof HomeportError) return thrown
  return new HomeportError('internal', 'Something unexpected happened in this window.', {
    hint: 'Try again. If it happens again, report it with the details below.', detail: thrown instanceof Error ? thrown.message : String(thrown),
  })
}

interface ErrorNoticeProps {
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
  readonly retryLabel?: string
  readonly children?: ReactNode
}

/** A failure: what happened, what to do next, and the detail for whoever wants it. */
export function ErrorNotice({ error: thrown, onRetry, retryLabel = 'Try again', children }: ErrorNoticeProps) {
  const error = asHomeportError(thrown)
  const buttons = onRetry !== undefined || children !== undefined
  return (
    <Notice role="alert" tone="bad" title={error.message} {...(buttons ? { actions: <>{onRetry !== undefined && <Button size="xs" variant="default" onClick={onRetry}>{retryLabel}</Button>}{children}</> } : {})}>
      <Stack gap={6}>
        {error.hint !== '' && <div>{error.hint}</div>}
        {error.detail !== undefined && error.detail !== '' && (
          <Disclosure label="Show the details" openLabel="Hide the details"><CodeBlock label="Details of the error" code={error.detail} wrap /></Disclosure>
        )}
      </Stack>
    </Notice>
  )
}
