import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Images = z.record(z.enum(['haproxy', 'nginx', 'debian', 'certbot', 'certbot-dns-rfc2136', 'certbot-dns-cloudflare', 'certbot-dns-digitalocean', 'certbot-dns-ovh', 'certbot-dns-route53']), z.object({ ref: z.string() }))

/** What ships with the app and lands on servers verbatim, read once at start. */
export interface Resources {
  /** The one place that names container images. */
  readonly images: z.infer<typeof Images>
  /** Text of a file below resources/server/, such as `lib/publish`. */
  readonly text: (name: string) => string
}

/** Reads resources from their folder (inside the app's archive when it is packaged). */
export function loadResources(folder: string): Resources {
  const texts = new Map<string, string>()
  return {
    images: Images.parse(JSON.parse(readFileSync(join(folder, 'images.json'), 'utf8'))),
    text(name) {
      const known = texts.get(name)
      if (known !== undefined) return known
      const text = readFileSync(join(folder, 'server', name), 'utf8')
      texts.set(name, text)
      return text
    },
  }
}
