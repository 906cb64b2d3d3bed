import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowBackUp, IconCloudDownload, IconDotsVertical, IconExternalLink, IconFileText, IconPencil, IconPlayerPause, IconPlayerPlay, IconRefresh, IconRotate, IconTrash, IconUpload } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import type { SiteStatus } from '../../shared/status.ts'
import { useSiteActions } from './site-actions.tsx'

/** Everything that can be done with one site. */
export function SiteMenu({ serverId, status }: { serverId: string; status: SiteStatus }) {
  const { site } = status
  const actions = useSiteActions(site)
  const [, navigate] = useLocation()
  const here = `/servers/${serverId}/sites/${site.id}`
  const isGit = site.source.kind === 'git'
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target><ActionIcon size="lg" aria-label={`Actions for ${site.domain}`}><IconDotsVertical size={18} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`https://${site.domain}/`} target="_blank" rel="noreferrer" leftSection={<IconExternalLink size={16} />}>Open the site</Menu.Item>
        <Menu.Item leftSection={<IconFileText size={16} />} onClick={() => navigate(`/servers/${serverId}/logs/site/${site.id}`)}>Logs</Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => navigate(`${here}/edit`)}>Edit</Menu.Item>
        <Menu.Divider />
        {isGit
          ? <Menu.Item leftSection={<IconCloudDownload size={16} />} onClick={actions.pull}>Pull now</Menu.Item>
          : <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => navigate(`${here}/publish`)}>Publish again</Menu.Item>}
        {status.releases.length > 1 && <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => navigate(here)}>Roll back …</Menu.Item>}
        {site.paused
          ? <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={actions.resume}>Resume</Menu.Item>
          : <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={actions.pause}>Pause</Menu.Item>}
        {!site.paused && <Menu.Item leftSection={<IconRefresh size={16} />} onClick={actions.restart}>Restart</Menu.Item>}
        {!site.paused && <Menu.Item leftSection={<IconRotate size={16} />} onClick={actions.reset}>Reset the container</Menu.Item>}
        <Menu.Divider />
        <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={actions.remove}>Remove …</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
