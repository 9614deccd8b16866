/** Runs a program of `clients/node`. */
import { type Command, type Report, runClient } from './client-process.ts';
import type { Kit } from './kit.ts';

export interface Start {
  readonly job: object;
  readonly home?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly beside?: (command: Command) => Command;
}

export function runNode(kit: Kit, program: string, start: Start): Promise<Report> {
  const { cloud, folder } = kit;
  const { job, home = {}, env = {}, beside = (command) => command } = start;
  return runClient({
    command: beside({
      file: process.execPath,
      args: [`${folder}/${program}.cjs`],
      env: { NODE_EXTRA_CA_CERTS: cloud.mock.caFile, ...env },
    }),
    job,
    home,
    secrets: [cloud.key.accessKeySecret],
  });
}
