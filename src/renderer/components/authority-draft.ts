import { z } from 'zod'
import { Authority, CertificateSettings, SecretDraft } from '../../shared/certificate.ts'

export interface AuthorityValues {
  kind: Authority['kind']
  email: string
  /** For an address of one's own. */
  directory: string
  bundle: string
  /** Whether another address asks for a key id and an HMAC key. ZeroSSL always does. */
  usesEab: boolean
  keyId: string
  hmac: string
  /** Whether the HMAC key that the server keeps is to be replaced. */
  replacesHmac: boolean
}
const placeholder = `s${'0'.repeat(32)}`

export function authorityValues({ authority, email }: CertificateSettings): AuthorityValues {
  const custom = authority.kind === 'custom' ? authority : undefined
  const eab = eabOf(authority)
  return { kind: authority.kind, email: email ?? '', directory: custom?.directory ?? '', bundle: custom?.bundle ?? '', usesEab: eab !== undefined, keyId: eab?.keyId ?? '', hmac: '', replacesHmac: false }
}

export function eabOf(authority: Authority) {
  return authority.kind === 'zerossl' || authority.kind === 'custom' ? authority.eab : undefined
}

export function needsEab({ kind, usesEab }: Pick<AuthorityValues, 'kind' | 'usesEab'>): boolean {
  return kind === 'zerossl' || (kind === 'custom' && usesEab)
}

/** The kept HMAC key, as long as it still belongs to what is typed: to the same authority and the same key id. */
export function keptHmac(values: AuthorityValues, before: Authority): string | null {
  const eab = eabOf(before)
  return eab !== undefined && needsEab(values) && before.kind === values.kind && !values.replacesHmac && values.keyId.trim() === eab.keyId ? eab.secret : null
}

/** Who signs, as the form says it; `hmac` is the id of the kept key. */
export function authorityOf(values: AuthorityValues, hmac: string): Authority {
  const eab = { keyId: values.keyId.trim(), secret: hmac }
  switch (values.kind) {
    case 'lets-encrypt': case 'lets-encrypt-staging': return { kind: values.kind }
    case 'zerossl': return { kind: 'zerossl', eab }
    case 'custom': return { kind: 'custom', directory: values.directory.trim(), ...(values.bundle.trim() === '' ? {} : { bundle: values.bundle.trim() }), ...(values.usesEab ? { eab } : {}) }
  }
}

/** Checks what belongs to the chosen authority, by the schemas that main uses; `before` is what is set now. */
export function authoritySchema(before: Authority) {
  return z.custom<AuthorityValues>().superRefine((values, context) => {
    const say = (field: keyof AuthorityValues, message: string | undefined) => { if (message !== undefined) context.addIssue({ code: 'custom', path: [field], message }) }
    if (values.email.trim() !== '') say('email', CertificateSettings.shape.email.safeParse(values.email.trim()).error?.issues[0]?.message)
    for (const issue of Authority.safeParse(authorityOf(values, placeholder)).error?.issues ?? []) {
      const field = issue.path.at(-1)
      say(field === 'keyId' || field === 'directory' || field === 'bundle' ? field : 'kind', issue.message)
    }
    if (needsEab(values) && keptHmac(values, before) === null) say('hmac', SecretDraft.safeParse({ kind: 'eab', hmac: values.hmac }).error?.issues[0]?.message)
  })
}
