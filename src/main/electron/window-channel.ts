import type { IpcMainEvent, WebContents } from 'electron'
import { attachChannel, messageChannel } from '../../preload/channels.ts'
import type { Handlers } from '../bridge/handlers.ts'
import { type Peer, servePeer } from '../bridge/peer.ts'
import { appOrigin } from './app-protocol.ts'

/** Serves the contract to the page of one window: each page that loads in it is a peer of its own. */
export function serveWindow(contents: WebContents, handlers: Handlers): void {
  let peer: Peer | null = null
  const detach = () => {
    peer?.close()
    peer = null
  }
  const attach = () => {
    detach()
    peer = servePeer(
      handlers,
      (text) => { if (!contents.isDestroyed()) contents.send(messageChannel, text) },
      (reason) => process.stderr.write(`homeport: a message of the window was refused: ${reason}\n`),
    )
  }
  contents.ipc.on(attachChannel, (event) => { if (isOurPage(event, contents)) attach() })
  contents.ipc.on(messageChannel, (event, text: unknown) => {
    if (isOurPage(event, contents) && typeof text === 'string') peer?.receive(text)
  })
  contents.on('render-process-gone', detach)
  contents.on('destroyed', detach)
}

/** Our own page in the window itself: no frame inside it, and no other page that got there by whatever way. */
function isOurPage(event: IpcMainEvent, contents: WebContents): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === contents.mainFrame && frame.origin === appOrigin
}
