import type { Action } from '../../shared/edit.ts'
import type { CompiledRun, RunStepScript } from './run.ts'
import { commandLine } from './quote.ts'

/** The run of something done once. */
export function compileAction(action: Action): CompiledRun {
  const step = (title: string, script: string): RunStepScript => ({ id: `action/${action.kind}`, title, script })
  const run = (title: string, ...steps: RunStepScript[]): CompiledRun => ({ title, steps, files: new Map() })
  switch (action.kind) {
    case 'restart-proxy':
      return run('Restart the proxy', step('Restart the proxy', commandLine('start_unit', 'homeport-proxy.service')))
    case 'restart-site':
      return run(`Restart ${action.siteId}`, step('Start a new container from its image, with the folders that are kept', `unit=$(${commandLine('unit_of_site', action.siteId)})\nstart_unit "$unit"`))
    case 'reset-site': {
      const unit = `unit=$(${commandLine('unit_of_site', action.siteId)})`
      return run(`Reset the container of ${action.siteId}`,
        step('Stop and remove its container; the folders that are kept stay', `${unit}\nsystemctl stop "$unit"\ndocker rm --force "\${unit%.service}" 2>/dev/null || true`),
        step('Start a new one from its image', `${unit}\nstart_unit "$unit"`))
    }
    case 'pull-site': {
      return run(`Get the newest version of ${action.siteId}`, step('Look for a new version', commandLine('fetch_site', action.siteId)))
    }
    case 'unit': {
      const verbs = { start: 'Start', stop: 'Stop', restart: 'Restart' } as const
      return run(`${verbs[action.verb]} ${action.unit}`, step(`${verbs[action.verb]} ${action.unit}`, commandLine('ask_unit', action.verb, action.unit)))
    }
    case 'renew-certificate':
      return run(`Renew the certificate of ${action.siteId}`, step('Ask for a certificate now', commandLine('/usr/local/lib/homeport/renew-certificates', '--now', action.siteId)))
    case 'test-alert':
      return run('Send a test alert', step('Send it from the server', commandLine('/usr/local/lib/homeport/renew-certificates', '--test-alert')))
    case 'restore-archive':
      return run(`Bring back ${action.archive}`, step('Unpack the archive', commandLine(archiveScript, 'restore', action.archive)))
    case 'delete-archive':
      return run(`Delete ${action.archive}`, step('Delete the archive', commandLine(archiveScript, 'delete', action.archive)))
    case 'free-space': {
      const title = freeingTitle(action)
      const of = 'siteId' in action ? [action.siteId] : 'kept' in action ? [action.kept] : []
      return run(title, step(title, commandLine('/usr/local/lib/homeport/free-space', action.what, ...of)))
    }
  }
}

const archiveScript = '/usr/local/lib/homeport/archive'

function freeingTitle(action: Extract<Action, { kind: 'free-space' }>): string {
  switch (action.what) {
    case 'versions': return `Delete the earlier versions of ${action.siteId}`
    case 'leftover': return `Delete the files of ${action.siteId}`
    case 'kept-mail': return `Delete the mail that was kept as ${action.kept}`
    case 'uploads': return 'Delete uploads that were not published'
    case 'images': return 'Delete images of sites that are gone'
    case 'build-cache': return 'Empty the cache of builds'
    case 'journal': return 'Shorten the journal'
    case 'runs': return 'Delete the logs of earlier changes'
  }
}
