// Parts of packages that the program never reaches, left out of the bundle.

/** Umzug's own command line, which brings a megabyte of another parser and cannot be bundled. */
const unused = [{ file: /[\\/]umzug[\\/]lib[\\/]cli\.js$/, code: 'exports.UmzugCLI = class UmzugCLI {};' }];

/** @returns {import('rolldown').Plugin} */
export function leaveOut() {
  return {
    name: 'leave-out',
    load(id) {
      return unused.find(({ file }) => file.test(id))?.code ?? null;
    },
    transform(code, id) {
      // Ink's link to React's developer tools; the bundler's `define` does not see this way of writing it.
      if (!/[\\/]ink[\\/]build[\\/]/.test(id)) return null;
      return code.includes(`process.env['DEV']`)
        ? { code: code.replaceAll(`process.env['DEV']`, 'undefined'), map: null }
        : null;
    },
  };
}
