import { Buffer } from 'node:buffer'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { collect } from './collect.ts'

export interface ZipMember {
  readonly name: string
  readonly content?: string | Buffer
  /** Unix mode with its type bits, such as 0o120777 for a symbolic link. */
  readonly mode?: number
  readonly isEncrypted?: boolean
  /** What the archive claims, where it is not the truth. */
  readonly claimedSize?: number
  readonly crc?: number
}

/** A .zip by hand, so that it can hold what no honest program writes. Source: APPNOTE.TXT 6.3, 4.3.7 and 4.3.12. */
export function buildZip(members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const content = Buffer.from(member.content ?? '')
    const packed = deflateRawSync(content)
    const name = Buffer.from(member.name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE((member.isEncrypted === true ? 1 : 0) | 0x800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(member.crc ?? crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(member.claimedSize ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const end = Buffer.alloc(14)
    end.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 6)
    end.writeUInt32LE(offset, 10)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, packed])
    locals.push(local)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, end, name]))
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const last = Buffer.alloc(18)
  last.writeUInt16LE(members.length, 4)
  last.writeUInt16LE(members.length, 6)
  last.writeUInt32LE(central.length, 8)
  last.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, central, Buffer.from('PK\u0005\u0006'), last])
}

export async function buildTar(members: readonly (Partial<Header> & { readonly name: string; readonly content?: string | Buffer })[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of members) archive.entry(header, content ?? '')
  archive.finalize()
  return Buffer.concat(await collect(archive as AsyncIterable<Buffer>))
}

export async function buildTarGz(...members: Parameters<typeof buildTar>): Promise<Buffer> {
  return gzipSync(await buildTar(...members))
}
