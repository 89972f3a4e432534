import { createPrivateKey } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTlsFiles } from '../../../../src/local/transport/read-tls-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { makeCertificate } from './certificate.ts';

const GOOD = makeCertificate();
const ENCRYPTED = createPrivateKey(GOOD.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' })
  .toString();

/** Writes the files and reads them. */
function read(cert: string | undefined, key: string | undefined, mode = 0o600) {
  const folder = temporaryFolder();
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  if (cert !== undefined) writeFileSync(files.cert, cert);
  if (key !== undefined) {
    writeFileSync(files.key, key);
    chmodSync(files.key, mode);
  }
  return readTlsFiles(files, Date.now());
}

describe('files that a server can be run with', () => {
  it('are read', () => {
    expect(read(GOOD.cert, GOOD.key)).toEqual({ tls: GOOD, warnings: [] });
  });

  it('need not be named', () => {
    expect(readTlsFiles({}, Date.now())).toEqual({ tls: undefined, warnings: [] });
  });

  it('may hold the certificates of those who signed', () => {
    const cert = GOOD.cert + makeCertificate().cert;
    expect(read(cert, GOOD.key)).toEqual({ tls: { cert, key: GOOD.key }, warnings: [] });
  });

  it.each([
    ['an expired certificate', makeCertificate({ from: -30, to: -1 }), 0o600, /expired on \d{4}-\d\d-\d\d/],
    ['a certificate of tomorrow', makeCertificate({ from: 1, to: 30 }), 0o600, /valid from \d{4}-\d\d-\d\d only/],
    ['a key that all may read', GOOD, 0o644, /Others .* chmod 600/],
    ['a key that its group may write', GOOD, 0o660, /Others .* chmod 600/],
  ])('are warned of: %s', (_, { cert, key }, mode, warning) => {
    expect(read(cert, key, mode).warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('may be read by a group', () => {
    expect(read(GOOD.cert, GOOD.key, 0o640).warnings).toEqual([]);
  });
});

describe('files that no server can be run with', () => {
  it.each([
    ['no certificate', undefined, GOOD.key, 'tls-file-unreadable'],
    ['no key', GOOD.cert, undefined, 'tls-file-unreadable'],
    ['a certificate that is none', 'hello', GOOD.key, 'tls-cert-invalid'],
    ['a certificate that is broken', GOOD.cert.replace(/\n.{20}/, '\n'), GOOD.key, 'tls-cert-invalid'],
    ['a key in place of the certificate', GOOD.key, GOOD.key, 'tls-cert-invalid'],
    ['a key that is none', GOOD.cert, 'hello', 'tls-key-invalid'],
    ['a certificate in place of the key', GOOD.cert, GOOD.cert, 'tls-key-invalid'],
    ['a key with a passphrase', GOOD.cert, ENCRYPTED, 'tls-key-invalid'],
    ['the key of another certificate', GOOD.cert, makeCertificate().key, 'tls-key-mismatch'],
  ])('%s', (_, cert, key, code) => {
    expect(() => read(cert, key)).toThrow(expect.objectContaining({ name: 'Problem', code }));
  });

  it.each([
    [{ cert: 'cert.pem' }, '--key is missing.'],
    [{ key: 'key.pem' }, '--cert is missing.'],
  ])('only one of them: %j', (files, what) => {
    expect(() => readTlsFiles(files, 0)).toThrow(
      expect.objectContaining({ code: 'tls-incomplete', kind: 'usage', message: what }),
    );
  });

  it('never shows the key', () => {
    const shown: string[] = [];
    for (const key of [ENCRYPTED, makeCertificate().key, GOOD.key.slice(0, -60)]) {
      try {
        read(GOOD.cert, key);
      } catch (error) {
        shown.push(JSON.stringify(error));
      }
    }
    expect(shown).toHaveLength(3);
    expect(shown.join()).not.toMatch(/MI[A-Za-z0-9+/]{20}/);
  });
});
