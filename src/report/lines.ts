/** Text laid out in lines of a given width. Widths count characters: no wide ones are used. */

/** Breaks between words; lines after the first are indented. A longer word keeps a line to itself. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line.trim() === '') {
      line = longer;
    } else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}

/** Keeps both ends, which tell names apart better than the middle. */
export function fitted(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

/** Names are of a file that others wrote: no control character of theirs reaches a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
