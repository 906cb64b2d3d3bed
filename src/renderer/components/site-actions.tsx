import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState } from 'react'
import type { Site } from '../../shared/spec.ts'
import { useChanges } from './change-drawer.tsx'

/** What can be done with a site, in the words of the buttons. */
export function useSiteActions(site: Site) {
  const changes = useChanges()
  const name = site.domain
  return {
    pause: () => changes.review(`Pause ${name}`, { kind: 'pause-site', siteId: site.id, paused: true }),
    resume: () => changes.review(`Resume ${name}`, { kind: 'pause-site', siteId: site.id, paused: false }),
    restart: () => changes.act(`Restart ${name}`, { kind: 'restart-site', siteId: site.id }),
    pull: () => changes.act(`Pull ${name} now`, { kind: 'pull-site', siteId: site.id }),
    reset: () => modals.openConfirmModal({
      title: `Reset the container of ${name}?`, labels: { confirm: 'Reset the container', cancel: 'Cancel' },
      children: <Text fz="sm">Its web server is stopped, thrown away and started afresh from its image. The files of the site stay. The site is away for about a second.</Text>,
      onConfirm: () => changes.act(`Reset the container of ${name}`, { kind: 'reset-site', siteId: site.id }),
    }),
    rollBack: (release: string, label: string) => changes.review(`Roll ${name} back to ${label}`, { kind: 'choose-release', siteId: site.id, release }),
    follow: () => changes.review(`Follow the branch of ${name} again`, { kind: 'choose-release', siteId: site.id, release: null }),
    remove: () => {
      const id = modals.open({
        title: `Remove ${name}`, size: 'md',
        children: <RemoveDialog site={site} onCancel={() => modals.close(id)} onRemove={(data) => { modals.close(id); changes.review(`Remove ${name}`, { kind: 'remove-site', siteId: site.id, data }) }} />,
      })
    },
  }
}

function RemoveDialog({ site, onRemove, onCancel }: { site: Site; onRemove(data: 'archive' | 'delete'): void; onCancel(): void }) {
  const [data, setData] = useState<'archive' | 'delete'>('archive')
  const [typed, setTyped] = useState('')
  const name = site.domain
  const consents = data === 'archive' || typed.trim().toLowerCase() === name
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (consents) onRemove(data) }}>
      <Stack>
        <Text fz="sm">The site goes off the internet, with its web server and its certificate. You see the plan before anything happens.</Text>
        <Radio.Group label="What about its files?" value={data} onChange={(value) => setData(value === 'delete' ? 'delete' : 'archive')}>
          <Stack gap="sm" mt="xs">
            <Radio value="archive" label="Keep them as an archive on the server" description="You can come back to them later." />
            <Radio value="delete" label="Delete them for ever" description="All versions of the site on the server. Homeport cannot bring them back." />
          </Stack>
        </Radio.Group>
        {data === 'delete' && <TextInput label={`Type ${name} to agree`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" spellCheck={false} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>Cancel</Button>
          <Button type="submit" color="red" disabled={!consents}>Review the removal</Button>
        </Group>
      </Stack>
    </form>
  )
}
