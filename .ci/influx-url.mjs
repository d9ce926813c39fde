// InfluxDB's client calls url.parse(), for which Node prints a deprecation warning unless the caller is in node_modules. In the
// bundle it is not, and the warning lands on the console's screen. This puts the standard URL class in its place.

const found = /import\{parse as (\w+)\}from"url";/;

/** The five parts that the client reads, as url.parse() gives them. */
const replacement = `const $1 = (text) => {
  const { protocol, hostname, host, port, pathname, search } = new URL(text);
  return { protocol, hostname: hostname.replace(/^\\[|\\]$/g, ''), host, port: port === '' ? null : port, path: pathname + search };
};`;

/** @returns {import('rolldown').Plugin} */
export function influxUrl() {
  return {
    name: 'influx-url',
    transform(code, id) {
      if (!/[\\/]@influxdata[\\/]influxdb-client[\\/]/.test(id)) return null;
      if (!found.test(code)) throw new Error(`${id} no longer imports url.parse(): see .ci/influx-url.mjs.`);
      return { code: code.replace(found, replacement), map: null };
    },
  };
}
