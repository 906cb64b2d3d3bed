import react from '@vitejs/plugin-react'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { pageHeaders } from '../../../src/main/bridge/page-headers.ts'

/** The renderer against a backend that is played in the browser. For looking at screens only: `npx vite build -c test/renderer/fake/vite.config.ts`, then `vite preview`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: join(tmpdir(), 'homeport-fake'), emptyOutDir: true, modulePreload: { polyfill: false } },
  preview: { host: '127.0.0.1', port: 4173, headers: { ...pageHeaders } },
})
