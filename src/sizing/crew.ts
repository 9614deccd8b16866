/**
 * Who does the simulations of a sizing: worker threads, or this thread. Replies come back in the order of
 * the tasks, so what is made of them does not depend on how many threads there are.
 */
import { setMaxListeners } from 'node:events';
import { Piscina } from 'piscina';
import { runSizeTask, type SizeReply, type SizeTask } from './size-task.ts';

export interface CrewOptions {
  /** 0: in this thread. */
  readonly workers: number;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: CrewProgress) => void;
}

export interface CrewProgress {
  readonly stage: string;
  readonly done: number;
  readonly planned: number;
}

export class Crew {
  done = 0;
  private planned = 0;
  private readonly options: CrewOptions;
  private readonly pool: Piscina | undefined;
  /** The caller's signal, for more listeners than Node takes for a mistake: one a simulation. */
  private readonly stopThreads: AbortSignal;
  /** Where there is no pool: the last simulation that was asked of this thread. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: CrewOptions) {
    this.options = options;
    const { stop, workers } = options;
    this.stopThreads = AbortSignal.any([stop]);
    setMaxListeners(0, this.stopThreads);
    if (workers === 0) return;
    this.pool = new Piscina({
      filename: new URL('./size-task.js', import.meta.url).href,
      name: runSizeTask.name,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
    });
  }

  /** Known beforehand, so that progress has an end to go to. */
  expect(simulations: number): void {
    this.planned += simulations;
  }

  /**
   * In the order of the tasks. Several may be asked for at once. Throws the reason of the signal once it is
   * stopped, whatever threads do.
   */
  async all(stage: string, tasks: readonly SizeTask[]): Promise<SizeReply[]> {
    const { stop, onProgress, workers } = this.options;
    this.planned = Math.max(this.planned, this.done + tasks.length);
    const told = (reply: SizeReply) => {
      this.done += 1;
      onProgress({ stage, done: this.done, planned: this.planned });
      return reply;
    };
    const replies: SizeReply[] = [];
    const left = tasks.entries();
    const work = async () => {
      for (const [index, task] of left) {
        stop.throwIfAborted();
        replies[index] = told(await this.run(task));
      }
    };
    stop.throwIfAborted();
    try {
      await Promise.all(Array.from({ length: Math.max(1, workers) }, work));
    } catch (error) {
      stop.throwIfAborted();
      throw error;
    }
    return replies;
  }

  private run(task: SizeTask): Promise<SizeReply> {
    if (this.pool !== undefined) return this.pool.run(task, { signal: this.stopThreads });
    const reply = this.last.then(() => {
      this.options.stop.throwIfAborted();
      return runSizeTask(task);
    });
    this.last = reply.catch(() => {});
    return reply;
  }

  async dismiss(): Promise<void> {
    await this.pool?.destroy();
  }
}
