/**
 * What is kept of a text that a caller wrote: a copy of its beginning. A mere slice would keep the
 * whole text in memory, and a value out of a form of 10 MB all of the form.
 */
export function keptText(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : ownText(text.slice(0, lengthMax));
}

/** The same characters, in memory of their own. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
