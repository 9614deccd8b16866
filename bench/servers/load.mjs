// Load from one core: wrk where there is one, else autocannon. Closed loop on purpose: what is
// measured is how much a server can do, not how late it answers.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { CONTENT_TYPE, signedPool } from './signed-pool.mjs';

export const CONNECTIONS = 64;
const has = (tool) => spawnSync('which', [tool]).status === 0;
const hasTaskset = has('taskset');
export const TOOL = has('wrk') ? 'wrk' : 'autocannon';

/** A command line that keeps the program on one core, where the system can do that. */
export function pinned(core, command) {
  return hasTaskset ? ['taskset', '-c', String(core), ...command] : command;
}

/**
 * A signed pool, and a way to send it for some seconds from a place in it on. `count` is how many of
 * it may be used; wrk is trusted not to need more.
 */
export function preparePool(count, { sessionPolicy }) {
  const { urls, body } = signedPool(count, Date.now(), { sessionPolicy });
  const directory = mkdtempSync(join(tmpdir(), 'sts-bench-'));
  writeFileSync(join(directory, 'urls'), `${urls.join('\n')}\n`);
  writeFileSync(join(directory, 'body'), body);
  return {
    send: (target) =>
      TOOL === 'wrk' ? sendByWrk(directory, target) : sendByAutocannon({ urls, body }, target),
    drop: () => rmSync(directory, { recursive: true }),
  };
}

async function sendByWrk(directory, { url, seconds, from, newConnections }) {
  const script = fileURLToPath(new URL('pool.lua', import.meta.url));
  const command = pinned(1, ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url]);
  const extra = [
    join(directory, 'urls'),
    join(directory, 'body'),
    newConnections ? 'close' : 'keep',
  ];
  const output = await outputOf([...command, '--', ...extra, String(from)]);
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  if (!(requests > 0)) throw new Error(`wrk sent nothing:\n${output}`);
  return { requests, perSecond, refused };
}

async function sendByAutocannon({ urls, body }, { url, seconds, from, count, newConnections }) {
  const share = Math.floor(count / CONNECTIONS);
  let next = from;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    tlsOptions: { rejectUnauthorized: false },
    setupClient: (client) => {
      const mine = urls.slice(next, next + share);
      next += share;
      const connection = newConnections ? 'close' : 'keep-alive';
      const headers = { 'content-type': CONTENT_TYPE, connection };
      client.setRequests(mine.map((path) => ({ method: 'POST', path, headers, body })));
    },
  });
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    refused: result.non2xx,
  };
}

function outputOf([program, ...parameters]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
