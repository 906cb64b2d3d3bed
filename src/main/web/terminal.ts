import type { WebServer } from './server.ts'

/** What the web shell says in its terminal. */
export interface Terminal {
  showAddress(url: string): void
  /** While the browser is being opened. Browsers that are installed as a snap may not read hidden folders, where the page is that leads in. */
  showOpening(): void
  /** After a browser came in, or knocked with an address that is not good any more. */
  showEntry(outcome: 'entered' | 'refused'): void
}

export function createTerminal(json: boolean, isInteractive: boolean, write: (text: string) => void = (text) => process.stdout.write(text)): Terminal {
  const more = isInteractive ? 'For another browser, press Enter to get a new address.' : 'For another browser, start Homeport again.'
  return {
    showAddress: (url) => write(json ? `${JSON.stringify({ url })}\n` : `Homeport is at ${url}\nThis address works once, in one browser on this computer. To stop Homeport, press Ctrl+C.\n`),
    showOpening() {
      if (!json) write('Your browser is being opened. If it does not show Homeport, open the address above in it.\n')
    },
    showEntry(outcome) {
      if (json) return
      write(outcome === 'entered' ? `A browser is signed in; the address is used up. ${more}\n` : `A browser came with an address that does not work any more. ${more}\n`)
    },
  }
}

/** A new address for every Enter in the terminal. */
export function offerNewAddresses(server: Pick<WebServer, 'newAddress'>, terminal: Terminal, input: NodeJS.ReadStream = process.stdin): void {
  if (!input.isTTY) return
  input.on('data', () => terminal.showAddress(server.newAddress()))
}
