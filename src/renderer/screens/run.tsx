import { Button, Group } from '@mantine/core'
import { useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { useChanges } from '../components/change-drawer.tsx'
import { Notice } from '../components/notice.tsx'
import { Page } from '../components/page.tsx'
import { RunWatch } from '../components/run-watch.tsx'

/** One run on a page of its own: a link to it can be opened again at any time. */
export function RunScreen({ server, runId }: { server: KnownServer; runId: string }) {
  const [, navigate] = useLocation()
  const changes = useChanges()
  const home = `/servers/${server.id}`
  return (
    <Page title="What happens on the server" width="narrow" crumbs={[{ label: server.name, href: home }, { label: 'Run' }]}>
      <RunWatch serverId={server.id} runId={runId} onContinue={() => changes.review('Finish what is left', { kind: 'set-up' })}
        done={<Notice tone="good" title="All done" actions={<Group><Button size="xs" onClick={() => navigate(home)}>Go to the server</Button></Group>}>Every step was carried out and checked.</Notice>} />
    </Page>
  )
}
