// Holds a data folder's lock, as src/local/folder-lock.ts does, until it is killed.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const { DatabaseSync } = require(
  major > 22 || (major === 22 && minor >= 13) ? 'node:sqlite' : '@photostructure/sqlite',
);
const database = new DatabaseSync(join(process.argv[2] ?? '', 'lock.sqlite'));
database.exec('BEGIN EXCLUSIVE');
process.send?.('held');
setInterval(() => database.isOpen, 1000);
