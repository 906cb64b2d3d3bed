import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowBackUp, IconCloudDownload, IconCopy, IconDotsVertical, IconExternalLink, IconFileText, IconFolder, IconPencil, IconPlayerPause, IconPlayerPlay, IconRefresh, IconRotate, IconShieldCheck, IconTrash, IconUpload } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { fileAccess } from '../../shared/files.ts'
import { isApp } from '../../shared/site-source.ts'
import type { SiteStatus } from '../../shared/status.ts'
import { useSiteActions } from './site-actions.tsx'

/** Everything that can be done with one site. */
export function SiteMenu({ serverId, status }: { serverId: string; status: SiteStatus }) {
  const { site } = status
  const actions = useSiteActions(site)
  const [, navigate] = useLocation()
  const here = `/servers/${serverId}/sites/${site.id}`
  const hasContainer = isApp(site.source)
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target><ActionIcon size="lg" aria-label={`Actions for ${site.domain}`}><IconDotsVertical size={18} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`https://${site.domain}/`} target="_blank" rel="noreferrer" leftSection={<IconExternalLink size={16} />}>Open the site</Menu.Item>
        <Menu.Item leftSection={<IconFileText size={16} />} onClick={() => navigate(`/servers/${serverId}/logs/site/${site.id}`)}>Logs</Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => navigate(`${here}/edit`)}>Edit</Menu.Item>
        {fileAccess(site) !== null && <Menu.Item leftSection={<IconFolder size={16} />} onClick={() => navigate(`${here}/files`)}>Files</Menu.Item>}
        <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={() => navigate(`${here}/certificate`)}>Certificate</Menu.Item>
        <Menu.Divider />
        {actions.pullLabel !== null && <Menu.Item leftSection={<IconCloudDownload size={16} />} onClick={actions.pull}>{actions.pullLabel}</Menu.Item>}
        {site.source.kind === 'upload' && <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => navigate(`${here}/publish`)}>Publish again</Menu.Item>}
        {status.releases.length > 1 && <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => navigate(here)}>Roll back …</Menu.Item>}
        {site.paused
          ? <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={actions.resume}>Resume</Menu.Item>
          : <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={actions.pause}>Pause</Menu.Item>}
        {hasContainer && !site.paused && <Menu.Item leftSection={<IconRefresh size={16} />} onClick={actions.restart}>Restart</Menu.Item>}
        {hasContainer && !site.paused && <Menu.Item leftSection={<IconRotate size={16} />} onClick={actions.reset}>Reset the container</Menu.Item>}
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={actions.clone}>Copy to another domain …</Menu.Item>
        <Menu.Divider />
        <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={actions.remove}>Remove …</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
