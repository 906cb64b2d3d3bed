import { z } from 'zod'
import { type CertificateChoice, DnsAccountId } from '../../shared/certificate.ts'

/** What the form holds: all three ways side by side, so that switching loses nothing that was typed. */
export interface ChoiceValues {
  kind: CertificateChoice['kind']
  account: string
  wildcard: boolean
  /** Whether the certificate that is kept on the server stays. */
  keeps: boolean
  chain: string
  key: string
}

const anything = { account: z.string(), wildcard: z.boolean(), keeps: z.boolean(), chain: z.string(), key: z.string() }

/** Only the chosen way has to be right. */
export const ChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ ...anything, kind: z.literal('automatic') }),
  z.object({ ...anything, kind: z.literal('dns'), account: DnsAccountId.or(z.literal('')).refine((value) => value !== '', 'Choose a DNS account, or add one first.') }),
  z.object({ ...anything, kind: z.literal('own') }).superRefine((values, context) => {
    if (values.keeps) return
    const say = (field: 'chain' | 'key', message: string) => context.addIssue({ code: 'custom', path: [field], message })
    const chain = pemBlocks(values.chain)
    const key = pemBlocks(values.key)
    if (chain.certificates === '') say('chain', 'Paste the certificate, from BEGIN CERTIFICATE to END CERTIFICATE, or choose its file.')
    if (key.keys === '') say('key', 'Paste the private key, from BEGIN PRIVATE KEY to END PRIVATE KEY, or choose its file.')
    else if (/ENCRYPTED/.test(key.keys)) say('key', 'This key is protected by a passphrase. The server needs it without one.')
  }),
])

export function choiceValues(choice: CertificateChoice, accounts: readonly { readonly id: string }[]): ChoiceValues {
  return {
    kind: choice.kind, account: choice.kind === 'dns' ? choice.account : (accounts.length === 1 ? accounts[0]?.id ?? '' : ''),
    wildcard: choice.kind === 'dns' && choice.wildcard, keeps: choice.kind === 'own', chain: '', key: '',
  }
}

/** The certificates and the keys in a text, each as PEM; empty where there are none. Files often hold both. */
export function pemBlocks(text: string): { certificates: string; keys: string } {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].map(([block, kind]) => ({ block, kind: kind ?? '' }))
  const joined = (ending: string) => blocks.filter(({ kind }) => kind.endsWith(ending)).map(({ block }) => `${block}\n`).join('')
  return { certificates: joined('CERTIFICATE'), keys: joined('PRIVATE KEY') }
}
