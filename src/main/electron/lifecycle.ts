import { app, type BrowserWindow } from 'electron'
import { sayError } from '../bridge/standard-error.ts'

/** Milliseconds that closing connections to servers may take before the app ends anyway. */
const closingTimeoutMs = 5000

/** One Homeport at a time: a second start brings the window of the first to the front. False in the second. */
export function claimSingleInstance(currentWindow: () => BrowserWindow | null): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', () => {
    const window = currentWindow()
    if (window === null) return
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  return true
}

/** Ends with the last window, after `close` has ended. */
export function quitWith(close: () => Promise<void>): void {
  app.on('window-all-closed', () => app.quit())
  let isClosing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (isClosing) return
    isClosing = true
    setTimeout(() => app.exit(1), closingTimeoutMs).unref()
    close().then(() => app.exit(0), (error: unknown) => {
      sayError(`homeport: closing failed: ${String(error)}`)
      app.exit(1)
    })
  })
}
