import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { openLocalBinary } from '../../../src/local/open-local-binary.ts';

const GRANT = { transfer: 'get', id: 'a', version: 1, contentType: 'text/plain' } as const;

describe('the URLs of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fwoa-url-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const keyFile = () => join(folder, 'blob-url.key');
  const start = () => openLocalBinary(folder, 'http://localhost/fhir', resolveConfig({}).binary).urls;
  const holds = (url: string) => {
    const { pathname, searchParams } = new URL(url);
    return start().verify(pathname.replace('/fhir', ''), searchParams, undefined) !== undefined;
  };

  it('hold over a restart', () => {
    expect(holds(start().sign(GRANT, undefined))).toBe(true);
  });

  it('are signed with a key that only the owner may read', () => {
    start();
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(keyFile(), 'utf8').trim(), 'base64url')).toHaveLength(32);
  });

  it.each(['', 'short'])('end when the key is gone or broken, and others are made: %j', (text) => {
    const url = start().sign(GRANT, undefined);
    writeFileSync(keyFile(), text);
    expect(holds(url)).toBe(false);
    expect(holds(start().sign(GRANT, undefined))).toBe(true);
  });
});
