import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { HostKey } from '../../shared/connection.ts'
import { CodeBlock, CopyIcon } from './code-block.tsx'
import { Disclosure } from './disclosure.tsx'
import { fingerprintGroups } from './quantity.ts'

/** The file in which OpenSSH keeps the public key of this type. */
function keyFile(type: string): string {
  const short = type.includes('ed25519') ? 'ed25519' : type.includes('ecdsa') ? 'ecdsa' : 'rsa'
  return `/etc/ssh/ssh_host_${short}_key.pub`
}

interface HostKeyConsentProps { readonly hostKey: HostKey; readonly busy: boolean; onAccept(): void; onCancel(): void }

/** Shown before the first login to a server: the person compares, and only then a password may travel. */
export function HostKeyConsent({ hostKey, busy, onAccept, onCancel }: HostKeyConsentProps) {
  return (
    <Modal opened onClose={onCancel} size="lg" title={<Text component="span" fw={620} fz="lg">Is this really your server?</Text>}>
      <Stack>
        <Text fz="sm">You connect to <b>{hostKey.host}</b>{hostKey.port === 22 ? '' : `, port ${hostKey.port},`} for the first time. Every server has a fingerprint of its own. If it is the one below, nobody stands between you and your server.</Text>
        <div className="hp-fingerprint" role="group" aria-label={`Fingerprint ${hostKey.sha256}`}>
          <Group justify="space-between" mb={6}><Text fz="xs" c="dimmed">SHA256 · {hostKey.type}</Text><CopyIcon value={hostKey.sha256} label="Copy the fingerprint" /></Group>
          <div className="hp-fingerprint-groups" aria-hidden>{fingerprintGroups(hostKey.sha256).map((group, index) => <span key={index}>{group}</span>)}</div>
        </div>
        <Stack gap={6}>
          <Text fz="sm" fw={600}>Where to find the right one</Text>
          <Text fz="sm" c="dimmed">Open the console of the server on your provider’s website (often called “Console”, “VNC” or “Recovery”), log in there and run this. Compare the part after SHA256: with the groups above.</Text>
          <CodeBlock label="Command that prints the fingerprint" code={`ssh-keygen -lf ${keyFile(hostKey.type)}`} copyLabel="Copy the command" />
          <Disclosure label="I have no such console"><Text fz="sm" c="dimmed">Some providers show the fingerprint in the server’s details or send it by mail. Without any of these, connect from a network that you trust, such as your home, and not from a café or hotel.</Text></Disclosure>
        </Stack>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel} data-autofocus>It does not match</Button>
          <Button loading={busy} onClick={onAccept}>It matches</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
