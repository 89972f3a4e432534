import type { IndexEntry } from './index-entry.ts';

/** Up to here comparing all pairs is cheaper than building keys. */
const FEW = 8;

/** Equal in all that is searched. Entries of one parameter and kind have the same fields. */
function same(a: IndexEntry, b: IndexEntry): boolean {
  if (a.kind !== b.kind || a.parameter !== b.parameter || a.group !== b.group) return false;
  switch (a.kind) {
    case 'string':
      return b.kind === 'string' && a.text === b.text;
    case 'token':
      return b.kind === 'token' && a.code === b.code && a.system === b.system && a.text === b.text;
    case 'reference':
      return b.kind === 'reference' && a.id === b.id && a.type === b.type && a.url === b.url && a.version === b.version;
    case 'date':
    case 'number':
      return b.kind === a.kind && a.low === b.low && a.high === b.high;
    case 'quantity':
      return (
        b.kind === 'quantity' &&
        a.low === b.low &&
        a.high === b.high &&
        a.code === b.code &&
        a.system === b.system &&
        a.unit === b.unit
      );
    case 'uri':
      return b.kind === 'uri' && a.uri === b.uri;
    case 'present':
      return true;
  }
}

/** Unique for what {@link same} tells apart: the texts are parted by what no FHIR string may hold. */
function keyOf(entry: IndexEntry): string {
  const start = `${entry.kind}\0${entry.parameter}\0${entry.group}\0`;
  switch (entry.kind) {
    case 'string':
      return start + entry.text;
    case 'token':
      return `${start}${entry.system}\0${entry.code}\0${entry.text ?? ''}`;
    case 'reference':
      return `${start}${entry.type ?? ''}\0${entry.id ?? ''}\0${entry.url ?? ''}\0${entry.version ?? ''}`;
    case 'date':
    case 'number':
      return `${start}${entry.low}\0${entry.high}`;
    case 'quantity':
      return `${start}${entry.low}\0${entry.high}\0${entry.system}\0${entry.code}\0${entry.unit}`;
    case 'uri':
      return start + entry.uri;
    case 'present':
      return start;
  }
}

/** Removes each entry from index `start` on that is equal to an earlier one of those. */
export function removeDuplicates(entries: IndexEntry[], start: number): void {
  if (entries.length - start < 2) return;
  const distinct = entries.length - start > FEW ? distinctOfMany(entries, start) : distinctOfFew(entries, start);
  if (distinct.length === entries.length - start) return;
  entries.length = start;
  for (const entry of distinct) entries.push(entry);
}

function distinctOfMany(entries: readonly IndexEntry[], start: number): readonly IndexEntry[] {
  const byKey = new Map<string, IndexEntry>();
  for (const entry of entries.slice(start)) {
    const key = keyOf(entry);
    if (!byKey.has(key)) byKey.set(key, entry);
  }
  return [...byKey.values()];
}

function distinctOfFew(entries: readonly IndexEntry[], start: number): readonly IndexEntry[] {
  const distinct: IndexEntry[] = [];
  for (let i = start; i < entries.length; i++) {
    const entry = entries[i];
    if (entry !== undefined && !distinct.some((other) => same(other, entry))) distinct.push(entry);
  }
  return distinct;
}
