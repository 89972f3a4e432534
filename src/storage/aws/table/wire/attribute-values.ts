/** A value as DynamoDB's protocol writes it; bytes are base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly SS: readonly string[] }
  | { readonly L: readonly AttributeValue[] };

export type Item = Readonly<Record<string, AttributeValue>>;

export function text(value: string): AttributeValue {
  return { S: value };
}

export function number(value: number): AttributeValue {
  return { N: String(value) };
}

export function bytes(value: Uint8Array): AttributeValue {
  return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** The text of an attribute; undefined when it is not there, or another kind. */
export function textOf(item: Item, name: string): string | undefined {
  const value = item[name];
  return value !== undefined && 'S' in value ? value.S : undefined;
}

export function numberOf(item: Item, name: string): number | undefined {
  const value = item[name];
  return value !== undefined && 'N' in value ? Number(value.N) : undefined;
}

export function bytesOf(item: Item, name: string): Buffer | undefined {
  const value = item[name];
  return value !== undefined && 'B' in value ? Buffer.from(value.B, 'base64') : undefined;
}

/** The texts of a list or a set; what is not there is empty. */
export function textsOf(item: Item, name: string): readonly string[] {
  const value = item[name];
  if (value === undefined) return [];
  if ('SS' in value) return value.SS;
  return 'L' in value ? value.L.flatMap((each) => ('S' in each ? [each.S] : [])) : [];
}
