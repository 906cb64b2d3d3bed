import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      // Two shells around the same services. Dependencies stay outside: both run beside node_modules.
      rolldownOptions: { input: { index: 'src/main/electron/index.ts', web: 'src/main/web/index.ts' } },
    },
  },
  preload: {
    build: {
      sourcemap: true,
      // A sandboxed preload script is one CommonJS file that can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: { input: { index: 'src/preload/index.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    build: { sourcemap: true },
    plugins: [react()],
  },
})
