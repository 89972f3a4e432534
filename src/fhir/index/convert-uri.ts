import { type Convert, type Label, textOf } from './converter.ts';

/** Converts values for a uri parameter; a canonical that names a version is found with and without it. */
export function uriConverter(type: string, { parameter }: Label): Convert | undefined {
  if (!/^[a-z]/.test(type)) return undefined;
  return (value, group, out) => {
    const uri = textOf(value);
    if (uri === '') return;
    out.push({ kind: 'uri', parameter, group, uri });
    const bar = type === 'canonical' ? uri.lastIndexOf('|') : -1;
    if (bar > 0) out.push({ kind: 'uri', parameter, group, uri: uri.slice(0, bar) });
  };
}
