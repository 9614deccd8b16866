/**
 * undici, loaded when somebody calls, and once: who imports the client and makes none pays nothing.
 *
 * It is loaded within that call, which takes a tenth of a second and no turn of the event loop: a
 * loader that answers from another thread (tsx) would otherwise take time that the call's timeout
 * counts, and that no virtual clock knows of. Whoever cannot spare it later asks for it beforehand.
 */
import { createRequire } from 'node:module';

type Undici = typeof import('undici');

const require = createRequire(import.meta.url);

export function loadUndici(): Undici {
  return require('undici') as Undici;
}
