import { join } from 'node:path'
import Conf from 'conf'
import type { Services } from '../bridge/handlers.ts'
import { openSettingsAt } from '../bridge/settings-file.ts'
import { openBrowser } from './browser.ts'
import { defaultDataDir } from './data-dir.ts'
import type { WebOptions } from './options.ts'
import { startWebServer, type WebServer, type WebServerOptions } from './server.ts'
import { createTerminal, offerNewAddresses } from './terminal.ts'

/** The same port each time, so that the browser's history leads back here. */
const usualPort = 4680

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
  const server = await listenSomewhere({ handlers: services.handlers, download: services.download, rendererDir, onEntry }, options.port).catch(async (error: unknown) => {
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

/** A port that was asked for is had or refused; the usual one gives way to any free one. */
async function listenSomewhere(options: Omit<WebServerOptions, 'port'>, port: number | null): Promise<WebServer> {
  try {
    return await startWebServer({ ...options, port: port ?? usualPort })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (port === null) return startWebServer({ ...options, port: 0 })
    throw new Error(`Port ${port} is in use by another program. Choose another with --port, or leave it out.`, { cause: error })
  }
}
