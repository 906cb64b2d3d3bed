/**
 * The web shell with handlers of a test's own, for driving the window without a server:
 * `npx node test/web/serve.ts path/to/handlers.ts [port]`, where that file exports `handlers`.
 * Prints {"url": "..."}; every line on standard input gives a further address.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Handlers } from '../../src/main/bridge/handlers.ts'
import { startWebServer } from '../../src/main/web/server.ts'

const [module, port] = process.argv.slice(2)
if (module === undefined) throw new Error('Say which file exports the handlers.')
const { handlers } = await import(pathToFileURL(resolve(module)).href) as { handlers: Handlers }
const server = await startWebServer({ handlers, download: () => Promise.resolve(null), rendererDir: resolve(import.meta.dirname, '../../out/renderer'), port: Number(port ?? 0) })
const showAddress = () => process.stdout.write(`${JSON.stringify({ url: server.newAddress() })}\n`)
showAddress()
process.stdin.on('data', showAddress)
