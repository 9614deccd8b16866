/** Files that come with the package, found from the compiled code at dist/src/cli. */
import { fileURLToPath } from 'node:url';

export const scenariosDirectory = fileURLToPath(new URL('../../../scenarios', import.meta.url));
