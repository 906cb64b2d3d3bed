/** Stands in for the `electron` module, which can only be loaded inside Electron: it keeps what it was told, and events are emitted by hand. */
import { createCipheriv, pbkdf2Sync } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

export class Frame {
  origin: string
  send = vi.fn<(channel: string, text: string) => void>()
  isDestroyed = vi.fn(() => false)
  constructor(origin: string) { this.origin = origin }
}

export class Contents extends EventEmitter {
  readonly ipc = new EventEmitter()
  mainFrame = new Frame('app://homeport')
  /** To whatever page is in the window: nothing of ours may use it. */
  send = vi.fn<(channel: string, text: string) => void>()
  reload = vi.fn()
  openHandler: (details: { url: string }) => { action: string } = () => { throw new Error('No handler was set.') }
  setWindowOpenHandler(handler: typeof this.openHandler) { this.openHandler = handler }
  isDestroyed = vi.fn(() => false)
}

export class BrowserWindow extends EventEmitter {
  static made: BrowserWindow[] = []
  readonly webContents = new Contents()
  readonly options: Record<string, unknown>
  constructor(options: Record<string, unknown>) {
    super()
    this.options = options
    BrowserWindow.made.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  loadURL = vi.fn((_url: string) => Promise.resolve())
  show = vi.fn()
  maximize = vi.fn()
  focus = vi.fn()
  restore = vi.fn()
  close = vi.fn()
  isMinimized = vi.fn(() => false)
  isMaximized = vi.fn(() => false)
  isDestroyed = vi.fn(() => false)
  getNormalBounds = vi.fn(() => ({ x: 10, y: 20, width: 900, height: 700 }))
}

class App extends EventEmitter {
  isPackaged = false
  commandLine = { hasSwitch: vi.fn(() => false) }
  paths: Record<string, string> = { appData: '/home/me/.config' }
  getPath = (name: string) => this.paths[name] ?? ''
  setPath = (name: string, path: string) => { this.paths[name] = path }
  getAppPath = () => '/app'
  getVersion = () => '1.2.3'
  requestSingleInstanceLock = vi.fn(() => true)
  enableSandbox = vi.fn()
  whenReady = vi.fn(() => Promise.resolve())
  quit = vi.fn()
  exit = vi.fn()
}
export const app = new App()

type Handle = (request: { url: string; method: string }) => Promise<Response>
export const protocol = {
  registerSchemesAsPrivileged: vi.fn(),
  handlers: new Map<string, Handle>(),
  handle: vi.fn((scheme: string, handler: Handle) => { protocol.handlers.set(scheme, handler) }),
}
export const net = { fetch: vi.fn<(url: string) => Promise<Response>>() }

type Answer = (granted: boolean) => void
export class Session {
  requestHandler: (contents: unknown, permission: string, answer: Answer, details: { requestingUrl: string }) => void = () => {}
  checkHandler: (contents: unknown, permission: string, origin: string) => boolean = () => true
  deviceHandler: () => boolean = () => true
  setPermissionRequestHandler(handler: typeof this.requestHandler) { this.requestHandler = handler }
  setPermissionCheckHandler(handler: typeof this.checkHandler) { this.checkHandler = handler }
  setDevicePermissionHandler(handler: typeof this.deviceHandler) { this.deviceHandler = handler }
}
export const session = { defaultSession: new Session() }

export const shell = { openExternal: vi.fn((_url: string) => Promise.resolve()) }
export const dialog = { showMessageBox: vi.fn(() => Promise.resolve({ response: 0 })) }
export const nativeTheme = { shouldUseDarkColors: false }
export const screen = { getDisplayMatching: vi.fn(() => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } })) }
export const Menu = { buildFromTemplate: vi.fn((template: unknown) => template), setApplicationMenu: vi.fn() }
/** What Chromium of Linux gives by its fixed key, when the keyring does not answer. */
export function sealByFixedKey(text: string): Buffer {
  const cipher = createCipheriv('aes-128-cbc', pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1'), Buffer.alloc(16, ' '))
  return Buffer.concat([Buffer.from('v10'), cipher.update(text), cipher.final()])
}

export const safeStorage = {
  getSelectedStorageBackend: vi.fn(() => 'gnome_libsecret'),
  isAsyncEncryptionAvailable: vi.fn(() => Promise.resolve(true)),
  /** As the keyring of Linux marks it; turned around, so that it can be seen to be sealed. */
  encryptStringAsync: vi.fn((text: string): Promise<Buffer> => Promise.resolve(Buffer.from(`v11${Buffer.from(text).toString('hex')}`))),
  decryptStringAsync: vi.fn((sealed: Buffer) => Promise.resolve({ result: Buffer.from(sealed.toString().slice(3), 'hex').toString(), shouldReEncrypt: false })),
}
export const ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() })
export const contextBridge = { exposeInMainWorld: vi.fn() }
