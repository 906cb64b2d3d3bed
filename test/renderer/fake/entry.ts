import { fakeBridge } from './bridge.ts'

Object.defineProperty(window, 'homeport', { value: fakeBridge(new URLSearchParams(location.search).get('scenario') ?? 'full') })
await import('../../../src/renderer/main.tsx')
