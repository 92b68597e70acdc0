import { randomBytes } from 'crypto';
import { existsSync } from 'fs';
import { readFile, writeFile } from 'fs/promises';
import { join } from 'path';
import { sha256 } from '../engine/digest/digest';
import type { IntakeToken } from '../hosts/settings/tokens';
import type { Binding, Caller } from '../routes/bind';
import type { Log } from '../runner/ports';
import { mayBeSamePerson } from '../runner/record/person';
import { rightsOf, type IntakeTokens, type NamedToken } from '../runner/sources/intake_tokens';

export type TokenOwner = Binding['tokenOwner'];

/** Finds whose token it is: one of the settings, else one that is stored. */
export const tokenOwners =
  (tokens: Pick<IntakeTokens, 'find'>, stored: (token: string) => Promise<Caller | undefined>): TokenOwner =>
  async (token, from, certificate) => {
    const owner = tokens.find(token, from, certificate);
    if (owner === undefined) return stored(token);
    return 'refused' in owner ? owner : { ...owner, singleUser: false };
  };

const OWN_NAME = 'local';

/** The token that a standalone host makes for itself, for trying out and for the command line. */
export const ownToken = async (
  dataFolder: string,
): Promise<{ readonly token: string; readonly entry: NamedToken; readonly path: string }> => {
  const path = join(dataFolder, 'intake-token');
  if (!existsSync(path)) await writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const token = (await readFile(path, 'utf8')).trim();
  return {
    token,
    path,
    entry: { name: OWN_NAME, sha256: sha256(token), may: ['intake', 'ask', 'act', 'metrics'], own: true },
  };
};

/**
 * All tokens that count here.
 *
 * @throws Error if one of the settings could be taken for the host's own
 */
export const withOwn = (tokens: readonly IntakeToken[], own: NamedToken | undefined): readonly NamedToken[] => {
  if (own === undefined) return tokens;
  const at = tokens.findIndex(({ name }) => mayBeSamePerson(name, own.name));
  if (at >= 0)
    throw new Error(
      `\`intake.tokens.${at}.name\`: \`${tokens[at]?.name ?? ''}\` may be the same as \`${own.name}\`, the token that this host made for itself; give it another name`,
    );
  return [...tokens, own];
};

/** Says at the start what tokens may of which the settings do not say it, and which are of no use any more. */
export const sayTokens = (log: Pick<Log, 'warn'>, tokens: readonly NamedToken[], now: number): void => {
  const unsaid = tokens.filter(({ may }) => may === undefined);
  if (unsaid.length > 0)
    log.warn(
      `tokens without \`may\` in the settings may ${rightsOf({}).join(', ')}; to act, or to bring messages of Alerting, takes \`may: [act]\` or \`may: [alerting]\``,
      { tokens: unsaid.map(({ name }) => name) },
    );
  const expired = tokens.filter(({ expires }) => expires !== undefined && Date.parse(expires) <= now);
  if (expired.length > 0) log.warn('tokens of the settings are expired', { tokens: expired.map(({ name }) => name) });
};
