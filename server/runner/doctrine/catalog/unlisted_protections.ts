import { isPrivateAddress } from '../../../../common/entity/address';
import { readEntity } from '../../../../common/entity/read';
import type { PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyFault } from '../../../../common/policy/policy';
import { parseYaml } from '../../../../common/policy/text/yaml_source';
import type { Identities } from '../../../engine/entity/identity';

/*
 * Protected hosts that the inventory does not list. Such an entry protects the one name or address that is written: the
 * same machine by another name is not covered. Accounts and domains have no other names, and are not looked for.
 */

/** Outside addresses are in no inventory. */
const mayBeListed = (kind: 'host' | 'ip', text: string): boolean =>
  kind === 'host' || (!text.includes('/') && isPrivateAddress(text));

const messageFor = (kind: 'host' | 'ip', text: string, who: Identities): string | undefined => {
  const read = mayBeListed(kind, text) ? readEntity(kind, text) : undefined;
  if (read?.ok !== true) return undefined;
  const { known, ambiguous } = who.identify(read.entity);
  if (ambiguous !== undefined)
    return `\`${text}\` may be several hosts of the inventory; only what is written is protected`;
  return known ? undefined : `the inventory lists no host \`${text}\`: by another name or address it is not protected`;
};

/**
 * Warnings about a policy, each at its place. They refuse nothing.
 *
 * @param who the inventory in force
 */
export const unlistedProtections = ({ path, source, policy }: PolicyFile, who: Identities): readonly PolicyFault[] => {
  const { spec } = policy;
  const protect = 'protect' in spec ? spec.protect : undefined;
  if (protect === undefined) return [];
  const yaml = parseYaml(path, source);
  const warningsIn = (list: 'hosts' | 'ips', kind: 'host' | 'ip'): readonly PolicyFault[] =>
    (protect[list] ?? []).flatMap((text, index) => {
      const message = messageFor(kind, text, who);
      if (message === undefined) return [];
      const hint = 'add it to the inventory with its other names and addresses, or look for a misspelling';
      return [
        { file: path, ...yaml.placeOf(['spec', 'protect', list, index]), code: 'unlisted_protection', message, hint },
      ];
    });
  return [...warningsIn('ips', 'ip'), ...warningsIn('hosts', 'host')];
};
