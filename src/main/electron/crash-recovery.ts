import { type BrowserWindow, dialog } from 'electron'
import { sayError } from '../bridge/standard-error.ts'

/** A page that dies more often than this in this time (milliseconds) would only die again. */
const patience = { crashes: 3, withinMs: 60_000 }

/** Loads the page again when its process dies. Nothing is lost by that: runs go on, on the server. */
export function recoverFromCrashes(window: BrowserWindow, now: () => number = Date.now): void {
  let crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    sayError(`homeport: the window's process ended: ${details.reason} (${details.exitCode})`)
    crashes = [...crashes.filter((at) => now() - at < patience.withinMs), now()]
    if (crashes.length <= patience.crashes) return window.webContents.reload()
    crashes = []
    askWhetherToReload(window).catch((error: unknown) => {
      sayError(`homeport: the question could not be shown: ${String(error)}`)
    })
  })
}

async function askWhetherToReload(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window of Homeport keeps failing.',
    detail: 'Your servers are not affected: they work by themselves, and what was started on them goes on. You can load the window again, or close Homeport and update it.',
    buttons: ['Load again', 'Close Homeport'],
    defaultId: 0,
    cancelId: 1,
  })
  if (window.isDestroyed()) return
  if (response === 0) window.webContents.reload()
  else window.close()
}
