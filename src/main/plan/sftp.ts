import type { ResourceOf } from '../render/resource.ts'
import { sftpShell } from '../render/sftp.ts'
import { noop, type Judgement, type PlanContext } from './planned-change.ts'
import { unitPath } from './unit.ts'

export function planSftpAccount(resource: ResourceOf<'sftp-account'>, context: PlanContext): Judgement {
  const shell = context.facts.sftpAccounts?.get(resource.name)
  if (shell === undefined) return { verdict: 'create', reason: 'People with a key reach the files of this site, and nothing else of the server.' }
  if (shell !== sftpShell) return { verdict: 'update', reason: 'What it may do was changed on the server.' }
  return noop('The account is there.')
}

/** The last account takes the group of all accounts with it. */
export function planSftpAccountRemoval(name: string, context: PlanContext): Judgement {
  const accounts = context.facts.sftpAccounts
  if (accounts?.has(name) !== true && accounts?.size !== 0) return noop('It is gone already.')
  return { verdict: 'delete', reason: 'No site needs it any more. Whoever is connected by it is disconnected.' }
}

export function planSocket(resource: ResourceOf<'socket'>, context: PlanContext): Judgement {
  const unit = context.facts.units.get(`${resource.name}.socket`)
  if (unit === undefined) return { verdict: 'create', reason: 'The server takes SFTP connections by itself, with this app off too.' }
  if (unit.active !== 'active' || unit.unitFile !== 'enabled') return { verdict: 'update', reason: 'It is switched off on the server.' }
  if (context.changing.has(`file/${unitPath(`${resource.name}.socket`)}`)) return { verdict: 'update', reason: 'Its settings change.' }
  return noop('It is on.')
}
