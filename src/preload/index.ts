import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { PreloadBridge } from '../shared/wire.ts'
import { attachChannel, messageChannel } from './channels.ts'

const bridge: PreloadBridge = {
  post: (text) => { ipcRenderer.send(messageChannel, String(text)) },
  onMessage(listener) {
    // The event object would hand ipcRenderer itself to the page: only the text passes.
    const pass = (_event: IpcRendererEvent, text: string) => listener(text)
    ipcRenderer.on(messageChannel, pass)
    // Braces: what `off` returns is ipcRenderer, and the page would get it.
    return () => { ipcRenderer.off(messageChannel, pass) }
  },
}

ipcRenderer.send(attachChannel)
contextBridge.exposeInMainWorld('homeport', bridge)
