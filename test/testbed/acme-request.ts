/** What a client asked of the CA, read from its signed request (RFC 8555, section 6.2). */

export interface AcmeRequest {
  readonly atMs: number
  readonly method: string
  readonly path: string
  readonly kind: 'directory' | 'new-nonce' | 'new-account' | 'new-order' | 'renewal-info' | 'other'
  /** URL of the account that signed it; null where a new key did, or nobody. */
  readonly account: string | null
  /** The names that an order is about. */
  readonly names: readonly string[]
  /** HTTP status of the answer. */
  readonly status: number
}

/** Paths of the directory's entries (RFC 8555, section 7.1.1). */
export interface AcmePaths {
  readonly directory: string
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  readonly renewalInfo: string
}

export function readAcmeRequest(method: string, path: string, body: Buffer, paths: AcmePaths): AcmeRequest {
  const envelope = parseObject(body.toString('utf8'))
  const account = decodePart(envelope['protected'])['kid']
  const identifiers = decodePart(envelope['payload'])['identifiers']
  const kind = kindOf(path, paths)
  return {
    atMs: Date.now(), method, path, kind,
    account: typeof account === 'string' ? account : null,
    names: kind === 'new-order' && Array.isArray(identifiers) ? identifiers.map((each: { value?: unknown }) => String(each.value)) : [],
    status: 0,
  }
}

function kindOf(path: string, paths: AcmePaths): AcmeRequest['kind'] {
  if (path === paths.directory) return 'directory'
  if (path === paths.newNonce) return 'new-nonce'
  if (path === paths.newAccount) return 'new-account'
  if (path === paths.newOrder) return 'new-order'
  return path.startsWith(paths.renewalInfo) ? 'renewal-info' : 'other'
}

function decodePart(part: unknown): Readonly<Record<string, unknown>> {
  return typeof part === 'string' ? parseObject(Buffer.from(part, 'base64url').toString('utf8')) : {}
}

/** Whatever is no JSON object (an empty payload is a POST-as-GET) has no members. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
