import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { KnownServer } from '../../shared/connection.ts'
import { isBlocked, type Preflight } from '../../shared/preflight.ts'
import { api } from '../api.ts'
import { ChangeFlow } from '../components/change-flow.tsx'
import { asHomeportError, ErrorNotice } from '../components/error-notice.tsx'
import { HostKeyChanged } from '../components/host-key-changed.tsx'
import { Notice } from '../components/notice.tsx'
import { Page } from '../components/page.tsx'
import { counted } from '../components/quantity.ts'
import { StateBadge, ToneIcon } from '../components/state-badge.tsx'
import { SetupSteps } from '../components/steps.tsx'
import { useAsk } from '../components/unlock.tsx'

/** From a server that answers to one that hosts sites: check, review, set up. */
export function SetupScreen({ server }: { server: KnownServer }) {
  const [step, setStep] = useState<1 | 2 | 3 | 4>(1)
  const [, navigate] = useLocation()
  const home = `/servers/${server.id}`
  const titles = { 1: 'Is the server ready?', 2: 'Review the plan', 3: 'Setting up', 4: 'All set' }
  const intros = {
    1: 'Homeport looked at the server and changed nothing.',
    2: 'This is everything that will happen. Nothing is changed before you agree.',
    3: 'The server works by itself now. This takes a few minutes.',
    4: 'Every step was carried out and checked.',
  }
  const firstSite = <Button component={Link} href={`${home}/sites/new`}>Add your first site</Button>
  return (
    <Page title={titles[step]} intro={intros[step]} width="narrow" crumbs={[{ label: server.name, href: home }, { label: 'Set up' }]}>
      <Stack gap="xl">
        <SetupSteps active={step} />
        {step === 1 && <Checks server={server} onContinue={() => setStep(2)} />}
        {step !== 1 && (
          <ChangeFlow serverId={server.id} edit={{ kind: 'set-up' }} onBack={() => setStep(1)} onStage={(stage) => setStep(stage === 'done' ? 4 : stage === 'watch' ? 3 : 2)} onClose={() => navigate(home)}
            nothingToDo={<Button component={Link} href={home}>Go to the server</Button>}
            done={<Notice tone="good" title="Your server is ready" actions={<>{firstSite}<Button component={Link} href={home} variant="default">Go to the server</Button></>}>It can host sites now, and starts them by itself after a restart.</Notice>} />
        )}
      </Stack>
    </Page>
  )
}

const states = { fine: { tone: 'good', word: 'Fine' }, warning: { tone: 'warn', word: 'Take note' }, blocker: { tone: 'bad', word: 'In the way' } } as const

function Checks({ server, onContinue }: { server: KnownServer; onContinue(): void }) {
  const ask = useAsk(server.id)
  const preflight = useQuery({ queryKey: ['preflight', server.id], queryFn: () => ask(() => api.call('server.preflight', { serverId: server.id })), gcTime: 0 })
  const again = () => { void preflight.refetch() }
  if (preflight.isPending) return <Stack gap="xs" role="status" aria-label="Looking at the server"><Text fz="sm" c="dimmed">Looking at the server …</Text>{[1, 2, 3, 4, 5].map((row) => <Skeleton key={row} height={52} radius="md" />)}</Stack>
  if (preflight.isError) {
    const error = asHomeportError(preflight.error)
    return error.code === 'host-key-changed' ? <HostKeyChanged error={error} serverId={server.id} /> : <ErrorNotice error={error} onRetry={again} />
  }
  const blocked = isBlocked(preflight.data)
  const blockers = preflight.data.checks.filter((check) => check.state === 'blocker')
  return (
    <Stack gap="lg">
      <Found preflight={preflight.data} server={server} />
      <ul className="hp-list" aria-label="Checks">
        {preflight.data.checks.map((check) => (
          <li key={check.name}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <div style={{ paddingTop: 3 }}><ToneIcon tone={states[check.state].tone} size={18} /></div>
              <div style={{ flex: 1, minWidth: 0 }}>
                <Group justify="space-between" gap={8}>
                  <Text fz="sm" fw={580}>{check.title}<span className="hp-hidden">, {states[check.state].word}</span></Text>
                  {check.state !== 'fine' && <StateBadge tone={states[check.state].tone}>{states[check.state].word}</StateBadge>}
                </Group>
                <Text fz="sm" c="dimmed">{check.found}</Text>
                {check.advice !== '' && <Text fz="sm" mt={4}>{check.advice}</Text>}
              </div>
            </Group>
          </li>
        ))}
      </ul>
      {blocked && <Notice role="alert" tone="bad" title={`${blockers.length === 1 ? 'One thing is' : `${blockers.length} things are`} in the way`}>{blockers.map((check) => check.title).join(', ')}: follow the advice above, then check again. Until then nothing can be set up here.</Notice>}
      <Group justify="flex-end">
        <Button variant="default" onClick={again} loading={preflight.isFetching}>Check again</Button>
        <Button onClick={onContinue} disabled={blocked || preflight.isFetching || preflight.data.activeRun !== null}>Continue to the plan</Button>
      </Group>
    </Stack>
  )
}

function Found({ preflight, server }: { preflight: Preflight; server: KnownServer }) {
  return (
    <>
      {preflight.activeRun !== null && (
        <Notice tone="busy" title="A change is running on this server right now" actions={<Button size="xs" component={Link} href={`/servers/${server.id}/runs/${preflight.activeRun}`}>Watch it</Button>}>Perhaps from another computer. Once it has ended, check again.</Notice>
      )}
      {preflight.adopted !== null && (
        <Notice tone="good" title={`This server already runs Homeport with ${counted(preflight.adopted.sites.length, 'site')}: nothing will be lost`} actions={<Button size="xs" variant="default" component={Link} href={`/servers/${server.id}`}>Go to the server</Button>}>
          {preflight.adopted.sites.length > 0 && <>{preflight.adopted.sites.slice(0, 5).join(', ')}{preflight.adopted.sites.length > 5 ? ` and ${preflight.adopted.sites.length - 5} more` : ''}. </>}You can use it from here right away, or let Homeport check that everything is as it should be.
        </Notice>
      )}
    </>
  )
}
