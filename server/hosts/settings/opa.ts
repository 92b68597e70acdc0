import { text } from '../../../common/codec/codecs';

/** Open Policy Agent's program, where Rego guards are compiled. */
export interface OpaSettings {
  /** A path, or a name that is looked for on the path. */
  readonly opa: string;
}

export const OpaFile = text({ min: 1, max: 4_096 });

/** By the setting, else by `REFLEX_OPA`, else `opa` of the path; it need not be there. */
export const opaSettings = (
  opa: string | undefined,
  { REFLEX_OPA }: Readonly<Record<string, string | undefined>> = process.env,
): OpaSettings => ({ opa: opa ?? (REFLEX_OPA === undefined || REFLEX_OPA === '' ? 'opa' : REFLEX_OPA) });
