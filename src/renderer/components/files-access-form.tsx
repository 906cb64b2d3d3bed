import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { readPublicKey, type SftpKey } from '../../shared/sftp.ts'
import { sftpKeyOf, sftpKeySchema, type SftpKeyValues } from './files-access-draft.ts'

interface SftpKeyDialogProps { readonly domain: string; readonly keys: readonly SftpKey[]; onAdd(key: SftpKey): void; onClose(): void }

/** Asks for one more public key. */
export function SftpKeyDialog({ domain, keys, onAdd, onClose }: SftpKeyDialogProps) {
  const { register, handleSubmit, watch, formState: { errors } } = useForm<SftpKeyValues>({ resolver: zodResolver(sftpKeySchema(keys)), defaultValues: { name: '', pasted: '' }, mode: 'onTouched' })
  const read = readPublicKey(watch('pasted'))
  const ownName = read.kind === 'key' ? read.comment : ''
  return (
    <Modal opened onClose={onClose} size="lg" title={`Let somebody into the files of ${domain}`}>
      <form noValidate onSubmit={(event) => { void handleSubmit((values) => onAdd(sftpKeyOf(values)))(event) }}>
        <Stack>
          <Textarea label="Public key" rows={4} autosize={false} autoComplete="off" spellCheck={false} data-autofocus classNames={{ input: 'hp-mono' }} placeholder="ssh-ed25519 AAAA… kim@laptop" description="One line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2. It is not secret; the private key stays with whoever has it, and never belongs here." error={errors.pasted?.message} {...register('pasted')} />
          <TextInput label="Whose key is it?" autoComplete="off" placeholder={ownName === '' ? 'Kim, laptop' : ownName} {...(ownName === '' ? {} : { description: 'Left empty: what the key calls itself.' })} error={errors.name?.message} {...register('name')} />
          <div>
            <Text fz="sm" fw={500}>Where to find it</Text>
            <ul style={{ margin: '4px 0 0', paddingLeft: 18, fontSize: 'var(--mantine-font-size-sm)' }}>
              <li>On macOS, Linux and Windows: in the file <code>id_ed25519.pub</code> (or <code>id_rsa.pub</code>) in the folder <code>.ssh</code> of your own folder.</li>
              <li>There is none yet: open a terminal, type <code>ssh-keygen -t ed25519</code>, and look there again.</li>
              <li>With WinSCP or PuTTY: PuTTYgen shows it under “Public key for pasting”.</li>
            </ul>
          </div>
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit">Review the changes</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}
