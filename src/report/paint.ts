/**
 * Colour for terminals, or none: the caller decides (`NO_COLOR`, a pipe), since only it knows where
 * the text goes. Nothing is said by colour alone.
 */
export type Tone = 'bold' | 'dim' | 'good' | 'warn' | 'bad';

export type Paint = (tone: Tone | undefined, text: string) => string;

const SGR: Record<Tone, string> = { bold: '1', dim: '2', good: '32', warn: '33', bad: '31' };

export function painter(color: boolean): Paint {
  return (tone, text) =>
    color && tone !== undefined && text !== '' ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text;
}

/** Names and codes come from outside: none of them may steer the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�');
}
