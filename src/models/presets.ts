/**
 * All presets, by name.
 */
import { ALIBABA_PRESETS } from './alibaba-presets.ts';
import { ALIBABA_TOOL_PRESETS } from './alibaba-tool-presets.ts';
import { AWS_PRESETS } from './aws-presets.ts';
import { OTHER_PRESETS } from './other-presets.ts';
import type { Preset } from './preset.ts';

export type { Preset } from './preset.ts';

export const PRESETS: readonly Preset[] = Object.freeze([
  ...ALIBABA_PRESETS,
  ...ALIBABA_TOOL_PRESETS,
  ...AWS_PRESETS,
  ...OTHER_PRESETS,
]);

export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
