import { defineConfig } from 'vitest/config';

// One file at a time: a rehearsal in real time needs the machine to itself.
export default defineConfig({ test: { testTimeout: 60_000, fileParallelism: false } });
