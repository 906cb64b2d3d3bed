import { Button, FileButton, Stack, Text, Textarea } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useState } from 'react'
import { useFormContext } from 'react-hook-form'

/** Certificates and keys are small; whatever is bigger is another file. */
const maxFileBytes = 250_000

interface PemFieldProps {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly placeholder: string
  readonly error: string | undefined
  /** Gives whether there was anything of use in the text. */
  onFile(text: string): boolean
}

/** Text in PEM form, pasted or out of a file. */
export function PemField({ name, label, description, placeholder, error, onFile }: PemFieldProps) {
  const { register } = useFormContext()
  const [problem, setProblem] = useState<string | null>(null)
  async function read(file: File | null): Promise<void> {
    if (file === null) return
    const isRead = file.size <= maxFileBytes && onFile(await file.text())
    setProblem(isRead ? null : `In ${file.name} there is no certificate and no key in PEM form (text that has a line with BEGIN). Other forms, such as .pfx, have to be converted first.`)
  }
  return (
    <Stack gap={6}>
      <Textarea label={label} description={description} placeholder={placeholder} rows={4} spellCheck={false} autoComplete="off" autoCapitalize="off" classNames={{ input: 'hp-mono' }} {...register(name)} error={error} />
      <div>
        <FileButton onChange={(file) => { read(file).catch(() => setProblem('The file could not be read.')) }} accept=".pem,.crt,.cer,.key,.txt" inputProps={{ 'aria-label': `File of: ${label}` }}>
          {(props) => <Button {...props} variant="default" size="xs" leftSection={<IconFileText size={14} />}>Choose a file<span className="hp-hidden"> for: {label}</span></Button>}
        </FileButton>
      </div>
      {problem !== null && <Text fz="sm" c="var(--mantine-color-error)" role="alert">{problem}</Text>}
    </Stack>
  )
}
