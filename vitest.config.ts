import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The production React that the tests run on has no development runtime for JSX.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['source/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    // Ink chooses its production reconciler by this, and leaks performance measures without it.
    env: { NODE_ENV: 'production', TZ: 'UTC' },
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    pool: 'forks',
    // Twice the processors of the smallest machine: most tests wait for devices and databases.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    retry: 0,
    allowOnly: false,
  },
});
