#!/usr/bin/env node
// Plain old JavaScript up to the import, so that a Node that is too old can say so instead of failing on our syntax.
var needed = '22.18';
var parts = process.versions.node.split('.').map(Number);
var tooOld = parts[0] < 22 || (parts[0] === 22 && parts[1] < 18);

// chalk, which Ink uses, knows FORCE_COLOR and not NO_COLOR (https://no-color.org).
if (process.env.NO_COLOR && process.env.FORCE_COLOR === undefined) process.env.FORCE_COLOR = '0';
// Ink chooses its production reconciler by this when it is imported.
process.env.NODE_ENV = 'production';

function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exitCode = 1;
}

if (tooOld) {
  fail(
    'netup-tui needs Node.js ' +
      needed +
      ' or newer, and this is ' +
      process.versions.node +
      '; install a newer one from your package manager or a version manager (nvm install 24).',
  );
} else {
  start();
}

function start() {
  import('node:module')
    .then(function (module) {
      // Keeps compiled code between runs, which makes the start quicker; a folder that cannot be written is no failure.
      if (module.enableCompileCache) module.enableCompileCache();
      return import('../dist/main.js');
    })
    .catch(function (error) {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /[\\/]dist[\\/]main\.js/.test(String(error.message))) {
        fail('netup-tui is not built yet: run `npm run build` in its folder first.');
      } else {
        throw error;
      }
    });
}
