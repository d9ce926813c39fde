import { defineConfig } from 'oxlint';

/** The folders of `source/`, highest first. A folder may import itself and those after it, never one before it. */
const layers = [
  'cli',
  'demo',
  'serve',
  'console',
  'mcp',
  'upgrades',
  'collectors',
  'agent',
  'telemetry',
  'postgres',
  'simulator',
  'devices',
  'model',
  'config',
] as const;

/** `model/` is pure and `config/` knows only its types, so neither stands above the other by position alone. */
const alsoForbidden: Partial<Record<(typeof layers)[number], readonly string[]>> = {
  simulator: ['devices'],
  model: ['config'],
};

function forbiddenFor(layer: (typeof layers)[number]): readonly string[] {
  const above = layers.slice(0, layers.indexOf(layer)).filter((name) => !(layer === 'config' && name === 'model'));
  return [...above, ...(alsoForbidden[layer] ?? [])];
}

function pointsDown(layer: (typeof layers)[number]): ['error', { patterns: { regex: string; message: string }[] }] {
  const regex = `^(?:\\.\\./)+(?:${[...forbiddenFor(layer), 'test'].join('|')})/`;
  const message = `source/${layer}/ may not import this folder: imports point down the layers (docs/architecture.md).`;
  return ['error', { patterns: [{ regex, message }] }];
}

export default defineConfig({
  plugins: ['typescript', 'import', 'react', 'unicorn', 'vitest', 'promise'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  env: { node: true, es2024: true },
  ignorePatterns: ['dist', 'node_modules'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'max-lines': ['error', { max: 300 }],
    'no-await-in-loop': 'off',
    'no-console': 'error',
    // Stripping control characters is what several of these expressions are for.
    'no-control-regex': 'off',
    'react/react-in-jsx-scope': 'off',
    // The compiler checks it too, and sees that a switch is exhaustive.
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'unicorn/consistent-function-scoping': 'off',
    // A wait for what the screen should show fails like any assertion.
    'vitest/expect-expect': [
      'error',
      { assertFunctionNames: ['expect', 'assert', 'terminal.waitFor', 'terminal.waitForGone', 'engineer'] },
    ],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  },
  overrides: [
    // These tools load a default export.
    {
      files: ['*.config.ts', 'test/support/global-setup.ts', 'test/support/closing-line-reporter.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
    ...layers.map((layer) => ({
      files: [`source/${layer}/**/*.{ts,tsx}`],
      // Tests anywhere may use the simulator and the shared test support; the code may not.
      excludeFiles: ['**/*.test.ts', '**/*.test.tsx'],
      rules: { 'no-restricted-imports': pointsDown(layer) },
    })),
  ],
});
