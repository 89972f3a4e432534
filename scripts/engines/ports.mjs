import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Ports of 127.0.0.1 that nobody listens on, each another. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** The addresses by which other machines reach this one at a port. */
export async function openTo(port) {
  const addresses = Object.values(networkInterfaces())
    .flat()
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
  const answers = await Promise.all(addresses.map((address) => accepts(address, port)));
  return addresses.filter((_, i) => answers[i]);
}

function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}
