import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import type { Secret } from '../ssh/secret.ts'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const saltBytes = 16

/** How a key is made of a passphrase. It is read from a file: what it may cost is bounded, 1 GiB at most. */
export const Kdf = z.strictObject({
  name: z.literal('scrypt'),
  cost: z.number().int().min(2).max(2 ** 20).refine((cost) => Number.isInteger(Math.log2(cost))),
  blockSize: z.literal(8),
  parallelization: z.literal(1),
  salt: z.base64().max(64),
})
export type Kdf = z.infer<typeof Kdf>

/** 128 MiB and some tenths of a second for each guess. Source: OWASP Password Storage Cheat Sheet. */
export const usualCost = 2 ** 17

export function newKdf(cost: number): Kdf {
  return { name: 'scrypt', cost, blockSize: 8, parallelization: 1, salt: randomBytes(saltBytes).toString('base64') }
}

/** Takes its time on another thread. The same passphrase typed on another system gives the same key. */
export async function deriveKey(passphrase: Secret, { cost, blockSize, parallelization, salt }: Kdf): Promise<KeyObject> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const limits = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize }
    scrypt(passphrase.reveal().normalize('NFKC'), Buffer.from(salt, 'base64'), keyBytes, limits, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

/** `place` is bound to it: what was sealed for one place cannot be opened at another. */
export function sealWith(key: KeyObject, text: string, place: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Null where the key or the place is another one, or the text was altered. */
export function openWith(key: KeyObject, sealed: string, place: string): string | null {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < nonceBytes + tagBytes) return null
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return null // The tag does not fit; Node has no code of its own for that.
  }
}
