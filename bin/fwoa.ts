#!/usr/bin/env node
import { runCli } from '../src/cli/main.ts';
import { processIo } from '../src/cli/process-io.ts';

process.exitCode = await runCli(process.argv.slice(2), processIo(process));
