/**
 * undici, loaded when somebody calls, and once: who imports the client and makes none pays nothing.
 *
 * Loading takes a tenth of a second and turns of the event loop. Whoever cannot wait for that later
 * asks for it beforehand; from then on it costs no turn.
 */
type Undici = typeof import('undici');

let loading: Promise<Undici> | undefined;

export function loadUndici(): Promise<Undici> {
  loading ??= import('undici');
  return loading;
}
