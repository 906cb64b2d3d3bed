import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

export function CopyIcon({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon onClick={copy} aria-label={copied ? 'Copied' : label} size="md">{copied ? <IconCheck size={15} /> : <IconCopy size={15} />}</ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

/** Text to be read or copied exactly. */
export function CodeBlock({ code, label, wrap = false, copyLabel = 'Copy' }: { code: string; label: string; wrap?: boolean; copyLabel?: string }) {
  return (
    <div className="hp-code" data-wrap={wrap || undefined}>
      <pre tabIndex={0} role="region" aria-label={label}>{code}</pre>
      <div className="hp-code-copy"><CopyIcon value={code} label={copyLabel} /></div>
    </div>
  )
}
