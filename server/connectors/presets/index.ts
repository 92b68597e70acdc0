import { crowdstrike } from './crowdstrike';
import { defender } from './defender';
import { entra } from './entra';
import { okta } from './okta';
import type { Preset } from './preset';
import { sentinelone } from './sentinelone';

export { CONTRACT_ONLY, exampleOf, fromPreset } from './preset';
export type { Contract, Preset, PresetAction, PresetField } from './preset';

/** Every preset there is. None was run against its product. */
export const connectorPresets: readonly Preset[] = [defender, crowdstrike, sentinelone, entra, okta];
