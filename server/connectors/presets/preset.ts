import { err, ok, type Result } from '../../../common/result';
import type { ParameterFault } from '../connector';
import type { RestParameters } from '../rest/rest_parameters';

/*
 * A preset is a configuration of a kind of connector for one product, written from what its vendor publishes. Nobody
 * ran it against the product, and everything that shows one must say so.
 */

/** What everybody reads beside a preset. */
export const CONTRACT_ONLY = 'contract only, not run against the product';

/** What a preset was written from. */
export interface Contract {
  readonly product: string;
  /** Of the interface, in the vendor's words. */
  readonly version: string;
  /** Where the vendor, or a client of it, says so. */
  readonly sources: readonly string[];
  /** When somebody looked there, as a date. */
  readonly looked_at: string;
  readonly verified: 'contract only';
}

/** What the operator fills in. */
export interface PresetField {
  readonly name: string;
  readonly what: string;
  readonly example: string;
  /** What a value must look like, as a regular expression. */
  readonly pattern: string;
  /** It names a secret of the keystore; the secret itself stands nowhere. */
  readonly secret?: true;
}

/** What one action of a preset comes to. */
export interface PresetAction {
  readonly action: string;
  /** What it does at the product. */
  readonly does: string;
  /** What undoing does there; null where nothing can. */
  readonly undo: string | null;
  /** What each state that the product tells means here. */
  readonly states: Readonly<Record<string, string>>;
}

export interface Preset {
  readonly name: string;
  readonly title: string;
  readonly kind: 'rest';
  readonly contract: Contract;
  readonly fields: readonly PresetField[];
  readonly actions: readonly PresetAction[];
  /** Permissions that our account needs there, in the vendor's words. */
  readonly needs: readonly string[];
  /** What it cannot know or do. */
  readonly limits: readonly string[];
  /** Gets a value for every field. */
  readonly parameters: (values: Readonly<Record<string, string>>) => RestParameters;
}

/** Parameters of a connector from a preset and what the operator filled in, or everything that is missing or wrong. */
export const fromPreset = (
  { fields, parameters }: Preset,
  given: Readonly<Record<string, string>>,
): Result<RestParameters, readonly ParameterFault[]> => {
  const faults: ParameterFault[] = [];
  const known = new Set(fields.map(({ name }) => name));
  for (const { name, pattern, what } of fields) {
    const value = Object.prototype.hasOwnProperty.call(given, name) ? given[name] : undefined;
    if (value === undefined || value === '') faults.push({ path: name, message: `is missing: ${what}` });
    else if (!new RegExp(`^(?:${pattern})$`).test(value))
      faults.push({ path: name, message: `does not look like ${what}` });
  }
  for (const name of Object.keys(given))
    if (!known.has(name)) faults.push({ path: name, message: 'is not asked for by this preset' });
  return faults.length > 0 ? err(faults) : ok(parameters(given));
};

/** A preset filled in with its examples: something to copy and change. */
export const exampleOf = (preset: Preset): RestParameters =>
  preset.parameters(Object.fromEntries(preset.fields.map(({ name, example }) => [name, example])));
