import type { WebContents, WebFrameMain } from 'electron'
import { attachChannel, messageChannel } from '../../preload/channels.ts'
import type { Handlers } from '../bridge/handlers.ts'
import { type Peer, servePeer } from '../bridge/peer.ts'
import { appOrigin, isOurs } from './app-protocol.ts'
import { sayError } from '../bridge/standard-error.ts'

/**
 * Serves the contract to the page of one window: each page that loads in it is a peer of its own, and ends with it.
 * Who asks and who is told are looked at message by message, since a window can be made to show another page.
 */
export function serveWindow(contents: WebContents, handlers: Handlers): void {
  let peer: Peer | null = null
  const detach = () => {
    peer?.close()
    peer = null
  }
  const attach = (page: WebFrameMain) => {
    detach()
    peer = servePeer(
      handlers,
      (text) => {
        if (isOurPage(page, contents)) page.send(messageChannel, text)
        else detach()
      },
      (reason) => sayError(`homeport: a message of the window was refused: ${reason}`),
    )
  }
  contents.ipc.on(attachChannel, ({ senderFrame }) => { if (isOurPage(senderFrame, contents)) attach(senderFrame) })
  contents.ipc.on(messageChannel, ({ senderFrame }, text: unknown) => {
    if (isOurPage(senderFrame, contents) && typeof text === 'string') peer?.receive(text)
  })
  // Our own page that is loaded anew attaches by itself, which may come before this event.
  contents.on('did-navigate', (_event, url) => { if (!isOurs(url)) detach() })
  contents.on('render-process-gone', detach)
  contents.on('destroyed', detach)
}

/** Our own page in the window itself: no frame inside it, and no other page that got there by whatever way. */
function isOurPage(frame: WebFrameMain | null, contents: WebContents): frame is WebFrameMain {
  return frame !== null && !contents.isDestroyed() && !frame.isDestroyed() && frame === contents.mainFrame && frame.origin === appOrigin
}
