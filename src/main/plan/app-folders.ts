import { openFolders, type FolderSettings, type KeptFolder } from '../../shared/site-folders.ts'
import { isApp } from '../../shared/site-source.ts'
import type { Facts } from '../facts/facts.ts'
import type { ResourceOf } from '../render/resource.ts'

type App = ResourceOf<'app'>

/** What is open about a site's data: the folders that its image keeps data in and that no setting names. Empty where nothing is. */
export function folderQuestion(resource: App, facts: Facts): string {
  return openFolders(resource, foldersOf(resource, facts))
    .map(({ path, name }) => ` Its image keeps data in ${path}, which no folder of this site covers: it is kept as ${name}. Whether it may be thrown away is asked on the page of the site.`).join('')
}

/** Data of the program as it is now that it will not find again with the settings that it shall have. */
export function folderCautions(resource: App, facts: Facts): string[] {
  const next = keptWith(resource, foldersOf(resource, facts))
  return keptNow(resource, facts).flatMap(({ path, name }) => {
    const after = next.find((folder) => folder.path === path)
    if (after?.name === name) return []
    const instead = after === undefined ? 'has no data there' : `begins with ${after.name}`
    return [`What is in ${path} lies in the folder ${name} of the site’s data. It stays there, but the program does not see it any more: it ${instead}.`]
  })
}

const foldersOf = ({ name }: App, { sites }: Facts): readonly KeptFolder[] => sites.get(name)?.app?.folders ?? []

/** All that is kept with these settings. */
function keptWith(settings: FolderSettings, declared: readonly KeptFolder[]): KeptFolder[] {
  return [...(settings.volumes ?? []), ...openFolders(settings, declared)]
}

function keptNow(resource: App, facts: Facts): KeptFolder[] {
  const source = facts.spec?.sites.find(({ id }) => id === resource.name)?.source
  if (source === undefined || !isApp(source) || facts.sites.get(resource.name)?.app === undefined) return []
  return keptWith(source.app, foldersOf(resource, facts))
}
