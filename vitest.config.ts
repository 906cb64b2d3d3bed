import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', testTimeout: 60_000, include: ['test/**/*.test.ts', 'test/**/*.test.tsx'], exclude: ['test/**/*.server.test.ts', 'test/e2e/**'] } },
      {
        // Real servers: booted per file, one file at a time on small machines.
        test: { name: 'server', include: ['test/**/*.server.test.ts'], fileParallelism: false, testTimeout: 180_000, hookTimeout: 600_000 },
      },
    ],
  },
})
