import { join } from 'node:path'
import Conf from 'conf'
import type { Services } from '../bridge/handlers.ts'
import { openSettingsAt } from '../bridge/settings-file.ts'
import { openBrowser } from './browser.ts'
import { defaultDataDir } from './data-dir.ts'
import type { WebOptions } from './options.ts'
import { startWebServer, type WebServer, type WebServerOptions } from './server.ts'
import { createTerminal, offerNewAddresses } from './terminal.ts'

export type MakeServices = (conf: Conf<Record<string, unknown>>) => Services
export interface WebShell { readonly url: string; close(): Promise<void> }

/** Starts everything; resolves when the address works. */
export async function startWebShell(options: WebOptions, version: string, rendererDir: string, makeServices: MakeServices): Promise<WebShell> {
  const dataDir = options.dataDir ?? defaultDataDir()
  const conf = openSettingsAt(join(dataDir, 'homeport.json'), () =>
    new Conf<Record<string, unknown>>({ cwd: dataDir, configName: 'homeport', configFileMode: 0o600, projectName: 'homeport', projectVersion: version }))
  const services = makeServices(conf)
  const terminal = createTerminal(options.json, process.stdin.isTTY)
  let removePage: (() => void) | null = null
  const onEntry: WebServerOptions['onEntry'] = (outcome) => {
    if (outcome === 'entered') removePage?.()
    terminal.showEntry(outcome)
  }
  const server = await listen({ handlers: services.handlers, download: services.download, rendererDir, onEntry }, options.port).catch(async (error: unknown) => {
    await services.close()
    throw error
  })
  const url = server.newAddress()
  terminal.showAddress(url)
  offerNewAddresses(server, terminal)
  if (options.openBrowser) removePage = openBrowser(url, dataDir)
  if (removePage !== null) terminal.showOpening()
  return {
    url,
    async close() {
      removePage?.()
      await server.close()
      await services.close()
    },
  }
}

/**
 * A port that was asked for is had or refused. Else a free one, another one each time: what another user of this computer left in the
 * browser under an address of before, such as a script that answers for it, does not meet Homeport there.
 */
async function listen(options: Omit<WebServerOptions, 'port'>, port: number | null): Promise<WebServer> {
  try {
    return await startWebServer({ ...options, port: port ?? 0 })
  } catch (error) {
    if (port === null || !(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} is in use by another program. Choose another with --port, or leave it out.`, { cause: error })
  }
}
