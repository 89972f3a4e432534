// The form of the generated files: one line for each top-level key, so that a diff can be read.

/**
 * @param {string} a
 * @param {string} b
 */
const byCodeUnit = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A copy with its keys sorted; by code unit, so that no locale changes the order.
 * @template V
 * @param {Record<string, V>} record
 * @returns {Record<string, V>}
 */
export function sortKeys(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b)));
}

/**
 * @param {Record<string, unknown> | unknown[]} value
 * @returns {string}
 */
export function toJsonLines(value) {
  if (Array.isArray(value)) return `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`;
  const lines = Object.entries(sortKeys(value)).map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
