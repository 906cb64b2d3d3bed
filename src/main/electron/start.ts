import { join } from 'node:path'
import { app, type BrowserWindow, session } from 'electron'
import { readProcessEnvironment } from '../process-environment.ts'
import { createServices } from '../services.ts'
import { registerAppScheme, serveAppScheme } from './app-protocol.ts'
import { openKeychain } from './keychain.ts'
import { claimSingleInstance, quitWith } from './lifecycle.ts'
import { denyPermissions, lockDown } from './lockdown.ts'
import { setMenu } from './menu.ts'
import { openSettings } from './settings-store.ts'
import { createWindow } from './window.ts'

/** Starts the app. What must be said before Electron is ready is said before the first await. */
export async function startApp(): Promise<void> {
  let window: BrowserWindow | null = null
  useOwnFolder()
  if (!claimSingleInstance(() => window)) return app.quit()
  app.enableSandbox()
  registerAppScheme()
  lockDown()
  await app.whenReady()

  const appDir = app.getAppPath()
  const conf = openSettings()
  denyPermissions(session.defaultSession)
  setMenu(process.platform, app.isPackaged)
  const services = createServices({ shell: 'electron', version: app.getVersion(), conf, secretBox: openKeychain(), resourcesDir: join(appDir, 'resources'), appDir, ...readProcessEnvironment(process.env) })
  serveAppScheme(join(appDir, 'out/renderer'), services.download)
  quitWith(() => services.close())
  window = createWindow({ conf, handlers: services.handlers, preload: join(appDir, 'out/preload/index.cjs'), isPackaged: app.isPackaged })
  window.on('closed', () => { window = null })
}

/** The folder that the web shell uses too, so that both know the same servers. */
function useOwnFolder(): void {
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), 'Homeport'))
}
