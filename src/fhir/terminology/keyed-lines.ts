/** A generated table of which only the entries that are asked for are parsed. */
export interface KeyedLines<Entry> {
  has(key: string): boolean;
  get(key: string): Entry | undefined;
  /** True when the entry's JSON begins so. */
  startsWith(key: string, json: string): boolean;
}

/**
 * Finds entries in the text of a generated table, one line for each key (scripts/definitions/README.md). The terminology's are 250 KB
 * each and 3 to 6 ms to parse; a request needs few of their entries, often none.
 */
export function keyedLines<Entry>(text: string): KeyedLines<Entry> {
  /** Where the JSON of an entry begins. */
  const starts = new Map<string, number>();
  for (let line = text.indexOf('\n"'); line >= 0; line = text.indexOf('\n"', line + 1)) {
    const end = text.indexOf('":', line);
    starts.set(text.slice(line + 2, end), end + 2);
  }
  return {
    has: (key) => starts.has(key),
    get(key) {
      const start = starts.get(key);
      if (start === undefined) return undefined;
      const json = text.slice(start, text.indexOf('\n', start));
      return JSON.parse(json.endsWith(',') ? json.slice(0, -1) : json) as Entry;
    },
    startsWith(key, json) {
      const start = starts.get(key);
      return start !== undefined && text.startsWith(json, start);
    },
  };
}
