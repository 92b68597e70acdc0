import type { AgentWith } from '../../agent/views';
import { iso } from '../../../../common/iso';
import { StoreUnavailable } from '../../ports';
import { inBackground } from '../../keeping/in_background';
import { audit } from '../../record/audit';

const AGAIN_MS = 2_000;
/** Given up after that; what is in force is in the status of the agent too. */
const MOST_TRIES = 300;

/** Files which version this agent runs, as often as that changes: a release is in force where agents say so. */
export const auditActivations = (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'evidence' | 'log'>,
  name: { readonly agent: string; readonly host: string },
): void => {
  const { parts } = agent;
  parts.bundles.whenActivated(({ bundle: { statement } }) => {
    const id = parts.chance.uuid();
    const at = iso(parts.clock.utc());
    const file = async (): Promise<void> => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        try {
          await audit(
            agent,
            {
              verb: 'activate',
              by: `${name.agent} on ${name.host}`,
              object: { type: 'bundle', id: String(statement.version) },
              bundle: { version: statement.version },
              digest: statement.digest,
              text: `in force here since ${at}`,
            },
            id,
          );
          return;
        } catch (cause) {
          if (!(cause instanceof StoreUnavailable)) throw cause;
        }
        await parts.clock.sleep(AGAIN_MS);
      }
    };
    inBackground(parts, 'filing which version is in force', file());
  });
};
