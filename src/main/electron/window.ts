import type Conf from 'conf'
import { BrowserWindow, nativeTheme } from 'electron'
import type { Handlers } from '../bridge/handlers.ts'
import { appOrigin } from './app-protocol.ts'
import { recoverFromCrashes } from './crash-recovery.ts'
import { serveWindow } from './window-channel.ts'
import { minimumSize, readPlace, rememberPlace } from './window-place.ts'
import { sayError } from '../bridge/standard-error.ts'

/** The page's own background colours, so that nothing flashes before its first paint. */
const background = { light: '#ffffff', dark: '#242424' }

export interface WindowParts {
  readonly conf: Conf<Record<string, unknown>>
  readonly handlers: Handlers
  /** Absolute path of the built preload script. */
  readonly preload: string
  readonly isPackaged: boolean
}

/** The one window. It shows itself when its page is painted. */
export function createWindow({ conf, handlers, preload, isPackaged }: WindowParts): BrowserWindow {
  const { bounds, isMaximized } = readPlace(conf)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    title: 'Homeport',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  })
  rememberPlace(window, conf)
  serveWindow(window.webContents, handlers)
  recoverFromCrashes(window)
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize()
    window.show()
  })
  window.loadURL(`${appOrigin}/`).catch((error: unknown) => {
    sayError(`homeport: the window could not load its page: ${String(error)}`)
  })
  return window
}
