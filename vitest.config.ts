import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', testTimeout: 60_000, include: ['test/**/*.test.ts', 'test/**/*.test.tsx'], exclude: ['test/**/*.server.test.ts', 'test/long/**', 'test/e2e/**'] } },
      {
        // Real servers: booted per file. They wait more than they work, so two fit on two cores. What is polled is a server, over SSH: a second is too short.
        test: { name: 'server', include: ['test/**/*.server.test.ts'], maxWorkers: 2, testTimeout: 180_000, hookTimeout: 600_000, expect: { poll: { timeout: 15_000 } } },
      },
      {
        // Measurements of many minutes on real servers; not part of `npm test`.
        test: { name: 'long', include: ['test/long/**/*.long.test.ts'], fileParallelism: false, testTimeout: 3600_000, hookTimeout: 1200_000 },
      },
    ],
  },
})
