import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Problem, systemCode } from '../../config/problem.ts';
import type { TlsOptions } from './listen-options.ts';

export interface TlsFiles {
  /** The certificate, PEM; after it those between it and its root. */
  readonly cert?: string | undefined;
  /** Its private key, PEM, without a passphrase. */
  readonly key?: string | undefined;
}

export interface TlsFilesRead {
  /** Undefined when neither file is named. */
  readonly tls: TlsOptions | undefined;
  /** What works and yet should be seen to, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads what `--cert` and `--key` name, and checks that a server can be run with it: else every client would see no more than a handshake
 * that fails.
 *
 * @param now ms since the epoch
 * @throws Problem `tls-incomplete`, `tls-file-unreadable`, `tls-cert-invalid`, `tls-key-invalid`, `tls-key-mismatch`
 */
export function readTlsFiles(files: TlsFiles, now: number): TlsFilesRead {
  if (files.cert === undefined && files.key === undefined) return { tls: undefined, warnings: [] };
  if (files.cert === undefined || files.key === undefined) throw incomplete(files);
  const cert = readPem(files.cert, 'certificate', '--cert');
  const key = readPem(files.key, 'private key', '--key');
  const certificate = parseCertificate(cert, files.cert);
  if (!certificate.checkPrivateKey(parseKey(key, files.key))) {
    throw new Problem('tls-key-mismatch', {
      what: `The key in ${files.key} is not the one of the certificate in ${files.cert}.`,
      why: "In a file of several certificates the server's own is to be the first one.",
      next: 'Name the key that the certificate was made with: --key FILE.',
    });
  }
  return {
    tls: { cert, key },
    warnings: [...validityWarnings(certificate, files.cert, now), ...modeWarnings(files.key)],
  };
}

function incomplete({ cert }: TlsFiles): Problem {
  const missing = cert === undefined ? '--cert' : '--key';
  return new Problem(
    'tls-incomplete',
    {
      what: `${missing} is missing.`,
      why: 'TLS needs a certificate and its private key.',
      next: `Add ${missing} FILE.`,
    },
    { kind: 'usage' },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'You may not read it.',
  EPERM: 'You may not read it.',
  EISDIR: 'It is a folder.',
  ENOTDIR: 'A part of the path is a file.',
};

function readPem(file: string, content: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = REASONS[systemCode(error) ?? ''];
    if (why === undefined) throw error;
    const text = { what: `The ${content} ${file} cannot be read.`, why, next: `Name another one: ${flag} FILE.` };
    throw new Problem('tls-file-unreadable', text, { cause: error });
  }
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('There is no PEM certificate in it.');
    return new X509Certificate(pem);
  } catch (error) {
    const why = pem.includes('PRIVATE KEY-----')
      ? 'It holds a private key.'
      : 'It holds no certificate in PEM that can be read.';
    const next = 'From DER it is made so: openssl x509 -inform der -in FILE -out cert.pem';
    throw new Problem('tls-cert-invalid', { what: `${file} is no certificate.`, why, next }, { cause: error });
  }
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const encrypted = systemCode(error) === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(pem);
    const what = encrypted ? `The key in ${file} is encrypted.` : `${file} is no private key.`;
    const why = encrypted
      ? "The server can't ask for its passphrase."
      : 'It holds no private key in PEM that can be read.';
    const next = encrypted
      ? `Make a copy without one, for the owner alone: (umask 077; openssl pkey -in ${file} -out key.pem)`
      : 'Name a file that begins with -----BEGIN PRIVATE KEY-----: --key FILE.';
    throw new Problem('tls-key-invalid', { what, why, next }, { cause: error });
  }
}

function validityWarnings({ validFrom, validTo }: X509Certificate, file: string, now: number): string[] {
  if (Date.parse(validTo) < now) return [`The certificate ${file} expired on ${day(validTo)}: clients will refuse it.`];
  if (Date.parse(validFrom) > now)
    return [`The certificate ${file} is valid from ${day(validFrom)} only: clients will refuse it until then.`];
  return [];
}

function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function modeWarnings(file: string): string[] {
  // Windows has no such bits. A group may read it: Debian keeps keys so, for the group ssl-cert.
  if (process.platform === 'win32' || (statSync(file).mode & 0o027) === 0) return [];
  return [`Others than its owner may read or write the private key ${file}: chmod 600 ${file}`];
}
