import { app, type Session, type WebContents, shell } from 'electron'
import { isOurs } from './app-protocol.ts'
import { sayError } from '../bridge/standard-error.ts'

/** The page copies addresses and keys; writing plain text to the clipboard is all it may ask the system for. */
const grantedPermission = 'clipboard-sanitized-write'

/** Nothing that is ever created in this app may leave the page, open a window, embed another page or get a permission. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
}

function lockContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (isOurs(url)) return
    event.preventDefault()
    openOutside(url)
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => { if (!event.isMainFrame) event.preventDefault() })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

/** Answers every permission that a page asks for, or asks about. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(permission === grantedPermission && isOurs(details.requestingUrl)))
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === grantedPermission && isOurs(origin))
  session.setDevicePermissionHandler(() => false)
}

/**
 * Opens a link in the system's browser. Only web addresses: other schemes start other programs
 * (file:, smb:, ms-msdt: and the like), which no page may do.
 */
export function openOutside(address: string): void {
  if (!isWebAddress(address)) return
  shell.openExternal(new URL(address).href).catch((error: unknown) => {
    sayError(`homeport: the browser could not be opened: ${String(error)}`)
  })
}

function isWebAddress(address: string): boolean {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol)
}
