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
      return run(`Restart ${action.siteId}`, step('Restart its web server', commandLine('start_unit', `homeport-${action.siteId}.service`)))
    case 'reset-site': {
      const name = `homeport-${action.siteId}`
      return run(`Reset the container of ${action.siteId}`,
        step('Stop and remove its container', `${commandLine('systemctl', 'stop', `${name}.service`)}\n${commandLine('docker', 'rm', '--force', '--volumes', name)}`),
        step('Start a new one from its image', commandLine('start_unit', `${name}.service`)))
    }
    case 'pull-site': {
      const unit = `homeport-${action.siteId}-pull.service`
      return run(`Pull ${action.siteId} now`, step('Pull from its repository', `${commandLine('systemctl', 'start', unit)} || { ${commandLine('journalctl', `--unit=${unit}`, '--lines=15', '--no-pager', '--output=cat')}; exit 1; }`))
    }
  }
}
