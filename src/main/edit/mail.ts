import type { Edit } from '../../shared/edit.ts'
import { HomeportError } from '../../shared/errors.ts'
import type { MailDomain, MailSettings } from '../../shared/mail.ts'

type MailEdit = Extract<Edit, { kind: `${string}mail${string}` }>

/** What is wanted of mail after an edit; undefined where the server takes none. Throws `input-invalid` where the edit does not fit. */
export function editMail(mail: MailSettings | undefined, edit: Edit): MailSettings | undefined {
  switch (edit.kind) {
    case 'uninstall':
    case 'remove-mail': return undefined
    case 'change-mail': return { ...edit.service, domains: mail?.domains ?? [] }
    case 'add-mail-domain': {
      const known = needed(mail)
      if (known.domains.some(({ domain }) => domain === edit.domain.domain)) throw new HomeportError('input-invalid', `Mail for ${edit.domain.domain} is taken on this server already.`, { hint: 'Open that domain to change its aliases.', fields: { domain: 'This server takes mail for this domain already.' } })
      return { ...known, domains: [...known.domains, edit.domain] }
    }
    case 'change-mail-domain': return withDomain(mail, edit.domain, ({ aliases }) => changedDomain(edit, aliases))
    case 'change-mail-aliases': return withDomain(mail, edit.domain, (domain) => ({ ...domain, aliases: mergeAliases(domain, edit), ...(edit.catchAll === undefined ? {} : { catchAll: edit.catchAll }) }))
    case 'remove-mail-domain': {
      const known = needed(mail)
      const rest = known.domains.filter(({ domain }) => domain !== edit.domain)
      if (rest.length === known.domains.length) throw noSuchDomain(edit.domain)
      return { ...known, domains: rest }
    }
    default: return mail
  }
}

/** All of a domain but its aliases is as the edit says: what it leaves out is gone. */
function changedDomain({ kind: _kind, ...wanted }: Extract<Edit, { kind: 'change-mail-domain' }>, aliases: MailDomain['aliases']): MailDomain {
  const said = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as typeof wanted
  return { ...said, aliases }
}

/** What a person calls an edit of mail. */
export function mailTitle(edit: MailEdit, mail: MailSettings | undefined): string {
  switch (edit.kind) {
    case 'change-mail': return mail === undefined ? 'Take mail and forward it' : 'Change how mail is forwarded'
    case 'add-mail-domain': return `Take mail for ${edit.domain.domain}`
    case 'change-mail-domain': return `Change mail for ${edit.domain}`
    case 'change-mail-aliases': {
      const [only] = edit.put
      if (edit.remove.length === 0 && edit.put.length === 1 && !edit.isWhole && edit.catchAll === undefined && only !== undefined) return `Change ${only.name}@${edit.domain}`
      return `Change the aliases of ${edit.domain}`
    }
    case 'remove-mail-domain': return `Take no more mail for ${edit.domain}`
    case 'remove-mail': return 'Take no more mail'
  }
}

/** In their order by name, so that a difference shows what changed and nothing else. */
function mergeAliases(domain: MailDomain, edit: Extract<Edit, { kind: 'change-mail-aliases' }>): MailDomain['aliases'] {
  const aliases = new Map(edit.isWhole ? [] : domain.aliases.map((alias) => [alias.name, alias]))
  for (const name of edit.remove) {
    if (!aliases.delete(name)) throw new HomeportError('input-invalid', `There is no alias ${name}@${domain.domain} on this server.`, { hint: 'It may have been removed from another computer. Look at the aliases again.' })
  }
  for (const alias of edit.put) aliases.set(alias.name, alias)
  return [...aliases.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function withDomain(mail: MailSettings | undefined, name: string, change: (domain: MailDomain) => MailDomain): MailSettings {
  const known = needed(mail)
  if (!known.domains.some(({ domain }) => domain === name)) throw noSuchDomain(name)
  return { ...known, domains: known.domains.map((domain) => (domain.domain === name ? change(domain) : domain)) }
}

function needed(mail: MailSettings | undefined): MailSettings {
  if (mail === undefined) throw new HomeportError('mail-not-set-up', 'This server takes no mail yet.', { hint: 'Turn mail on first: give the mail server its name.' })
  return mail
}

function noSuchDomain(domain: string): HomeportError {
  return new HomeportError('input-invalid', `This server takes no mail for ${domain}.`, { hint: 'It may have been removed from another computer. Look at the list of domains again.' })
}
