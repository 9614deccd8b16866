/** Runs a program of `clients/python`. */
import { type Command, type Report, runClient } from './client-process.ts';
import type { Kit } from './kit.ts';

interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly beside?: (command: Command) => Command;
}

export function runPython(
  kit: Kit,
  program: string,
  job: object,
  around: Around = {},
): Promise<Report> {
  const { cloud, folder } = kit;
  const { env = {}, beside = (command) => command } = around;
  return runClient({
    command: beside({
      file: `${folder}/venv/bin/python`,
      args: [`${folder}/${program}.py`],
      env: { SSL_CERT_FILE: cloud.mock.caFile, PYTHONDONTWRITEBYTECODE: '1', ...env },
    }),
    job,
    secrets: [cloud.key.accessKeySecret],
  });
}

/** The key as keyword arguments have it. */
export function snakeKey({ cloud }: Kit) {
  return { access_key_id: cloud.key.accessKeyId, access_key_secret: cloud.key.accessKeySecret };
}
