import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState } from 'react'
import { domainProblem, toAsciiDomain } from '../../shared/domain.ts'
import type { Volume } from '../../shared/site-folders.ts'
import { isApp } from '../../shared/site-source.ts'
import { mailOf, type Site, siteNames } from '../../shared/spec.ts'
import { useChanges } from './change-drawer.tsx'
import { useLive } from './live.tsx'

const whatSurvives = 'The folders that are kept stay as they are. Whatever else the program wrote goes.'

/** What can be done with a site, in the words of the buttons. */
export function useSiteActions(site: Site) {
  const changes = useChanges()
  const { status } = useLive()
  const name = site.domain
  return {
    pullLabel: pullLabelOf(site),
    clone: () => {
      const id = modals.open({
        title: `Copy ${name} to another domain`, size: 'md',
        children: <CloneDialog isProgram={isApp(site.source)} sendsMail={mailOf(site.source) !== undefined} takenNames={new Set((status?.sites ?? []).flatMap((other) => siteNames(other.site)))} onCancel={() => modals.close(id)} onClone={(domain) => { modals.close(id); changes.review(`Copy ${name} to ${domain}`, { kind: 'clone-site', siteId: site.id, domain }) }} />,
      })
    },
    pause: () => changes.review(`Pause ${name}`, { kind: 'pause-site', siteId: site.id, paused: true }),
    resume: () => changes.review(`Resume ${name}`, { kind: 'pause-site', siteId: site.id, paused: false }),
    restart: () => modals.openConfirmModal({
      title: `Restart ${name}?`, labels: { confirm: 'Restart', cancel: 'Cancel' },
      children: <Text fz="sm">Its container ends, and a new one starts from the same image. {whatSurvives} The site is away for a moment.</Text>,
      onConfirm: () => changes.act(`Restart ${name}`, { kind: 'restart-site', siteId: site.id }),
    }),
    answerFolder: (folder: Volume, answer: 'keep' | 'scratch') => changes.review(answer === 'keep' ? `Keep ${folder.path} of ${name}` : `Let ${folder.path} of ${name} be thrown away`, { kind: 'answer-folder', siteId: site.id, folder, answer }),
    pull: () => changes.act(pullTitleOf(site), { kind: 'pull-site', siteId: site.id }),
    reset: () => modals.openConfirmModal({
      title: `Reset the container of ${name}?`, labels: { confirm: 'Reset the container', cancel: 'Cancel' },
      children: <Text fz="sm">Its container is stopped, thrown away and started afresh from its image. {whatSurvives} The site is away for a moment.</Text>,
      onConfirm: () => changes.act(`Reset the container of ${name}`, { kind: 'reset-site', siteId: site.id }),
    }),
    rollBack: (release: string, label: string) => changes.review(`Roll ${name} back to ${label}`, { kind: 'choose-release', siteId: site.id, release }),
    follow: () => changes.review(`Follow what is new for ${name} again`, { kind: 'choose-release', siteId: site.id, release: null }),
    remove: () => {
      const id = modals.open({
        title: `Remove ${name}`, size: 'md',
        children: <RemoveDialog site={site} onCancel={() => modals.close(id)} onRemove={(data) => { modals.close(id); changes.review(`Remove ${name}`, { kind: 'remove-site', siteId: site.id, data }) }} />,
      })
    },
  }
}

/** What looking for a new version is called, by kind; null where there is nothing to look for. */
function pullLabelOf({ source }: Site): string | null {
  switch (source.kind) {
    case 'git': return 'Pull now'
    case 'build': return 'Pull and build now'
    case 'image': return 'Look for a new image'
    default: return null
  }
}

function pullTitleOf({ source, domain }: Site): string {
  switch (source.kind) {
    case 'build': return `Pull and build ${domain} now`
    case 'image': return `Look for a new image of ${domain}`
    default: return `Pull ${domain} now`
  }
}

function hasSecrets({ source }: Site): boolean {
  return isApp(source) && (source.app.environment ?? []).some((variable) => 'secret' in variable)
}

function CloneDialog({ isProgram, sendsMail, takenNames, onClone, onCancel }: { isProgram: boolean; sendsMail: boolean; takenNames: ReadonlySet<string>; onClone(domain: string): void; onCancel(): void }) {
  const [typed, setTyped] = useState('')
  const [isTouched, setTouched] = useState(false)
  const domain = toAsciiDomain(typed)
  const problem = domain === null ? domainProblem(typed) : takenNames.has(domain) ? `${domain} already belongs to a site of this server. Take another domain.` : null
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); setTouched(true); if (domain !== null && problem === null) onClone(domain) }}>
      <Stack>
        <Text fz="sm">A site of its own with the same settings and a copy of the data as it is now: for trying something out, or as a beginning for another site.{sendsMail && ' It sends no mail until you let it.'}</Text>
        {isProgram && <Text fz="sm">Its program is stopped while its data is copied, and started again afterwards: a database that is written meanwhile would arrive damaged. How long that takes is a matter of how much there is.</Text>}
        <TextInput label="Domain of the copy" placeholder="staging.example.org" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} onBlur={() => setTouched(typed !== '')} error={isTouched ? problem : undefined} autoComplete="off" spellCheck={false} autoCapitalize="off" data-autofocus />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>Cancel</Button>
          <Button type="submit">Review the changes</Button>
        </Group>
      </Stack>
    </form>
  )
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
            <Radio value="archive" label="Keep them as an archive on the server" description={`You can come back to them later.${hasSecrets(site) ? ' The secret values of its program are kept beside them, and only root on the server reads them.' : ''}`} />
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
