/** `sts-harness run [scenario]`. */
import { limitOutbound } from '../run/live/outbound.ts';
import { listenForInterrupts } from './interrupts.ts';
import { newProgress } from './progress.ts';
import { refuseRealFlags } from './real-flags.ts';
import { commandOf, prepareRun, type RunFlags, replay } from './replay.ts';

export async function run(name: string, flags: RunFlags): Promise<number> {
  if (flags.target === 'real') return (await import('./run-real.ts')).runReal(name, flags);
  refuseRealFlags(flags);
  const prepared = await prepareRun(name, flags);
  // A user's module is loaded in this thread, too.
  limitOutbound({ kind: 'no-alibaba-cloud' });
  const progress = newProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(progress.say);
  try {
    const command = commandOf(name, flags, prepared);
    return await replay(prepared, { flags, command, progress, interrupts });
  } finally {
    progress.end();
    interrupts.release();
  }
}
