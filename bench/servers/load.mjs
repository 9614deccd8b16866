// Load from one core: wrk where there is one, else autocannon. Closed loop on purpose: what is
// measured is how much a server can do, not how late it answers.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { temporaryFolder } from '../temporary.mjs';
import { CONTENT_TYPE, signedPool } from './signed-pool.mjs';

export const CONNECTIONS = 64;
const has = (tool) => spawnSync('which', [tool]).status === 0;
const hasTaskset = has('taskset');
export const TOOL = has('wrk') ? 'wrk' : 'autocannon';

/** A command line that keeps the program on one core, where the system can do that. */
export function pinned(core, command) {
  return hasTaskset ? ['taskset', '-c', String(core), ...command] : command;
}

/** More than any server here can take: a nonce that comes twice is refused. */
export const FASTEST_PER_SECOND = 60_000;

/** A signed pool, and a way to send it for some seconds from a place in it on. */
export function preparePool(count, applications) {
  const pool = signedPool(count, Date.now(), applications);
  const directory = temporaryFolder();
  const lines = pool.urls.map((url, i) => `${pool.bodyOf[i]} ${url}`);
  writeFileSync(join(directory, 'requests'), `${lines.join('\n')}\n`);
  writeFileSync(join(directory, 'bodies'), `${pool.bodies.join('\n')}\n`);
  const send = (target) =>
    TOOL === 'wrk' ? sendByWrk(directory, target) : sendByAutocannon(pool, target);
  return {
    send,
    /** Until so many have been answered; where the rest of the pool begins. */
    warmUp: async ({ answers, from, ...target }) => {
      let next = from;
      for (let answered = 0; answered < answers; ) {
        const sent = await send({ ...target, seconds: 1, from: next });
        answered += sent.requests;
        next += sent.taken;
      }
      return next;
    },
    drop: () => rmSync(directory, { recursive: true }),
  };
}

async function sendByWrk(directory, { url, seconds, from, newConnections = false }) {
  const script = fileURLToPath(new URL('pool.lua', import.meta.url));
  const command = pinned(1, ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url]);
  const extra = [
    join(directory, 'requests'),
    join(directory, 'bodies'),
    newConnections ? 'close' : 'keep',
    String(from),
    String(FASTEST_PER_SECOND * seconds),
  ];
  const output = await outputOf([...command, '--', ...extra]);
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  if (!(requests > 0)) throw new Error(`wrk sent nothing:\n${output}`);
  // What was under way at the end on each connection has been seen by the server, too.
  return { requests, perSecond, refused, taken: requests + 2 * CONNECTIONS };
}

async function sendByAutocannon({ urls, bodyOf, bodies }, target) {
  const { url, seconds, from, newConnections = false } = target;
  const share = Math.floor((FASTEST_PER_SECOND * seconds) / CONNECTIONS);
  const connection = newConnections ? 'close' : 'keep-alive';
  const headers = { 'content-type': CONTENT_TYPE, connection };
  let next = from;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    tlsOptions: { rejectUnauthorized: false },
    setupClient: (client) => {
      const mine = Array.from({ length: share }, (_, i) => next + i);
      next += share;
      client.setRequests(
        mine.map((i) => ({ method: 'POST', path: urls[i], headers, body: bodies[bodyOf[i]] })),
      );
    },
  });
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    refused: result.non2xx,
    taken: share * CONNECTIONS,
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
