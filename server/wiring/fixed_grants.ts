import type { Grant } from '../../common/flow/voice';
import { OWN_TOKEN_GRANT } from '../engine/intake/grant_presets';
import type { HostParts } from '../hosts/host_parts';
import { demoGrants } from './demo/demo_grants';

/** Grants that stand without a page: those of the settings, and of what Reflex made itself. The settings win. */
export const fixedGrants = ({
  demo,
  kind,
  settings,
}: Pick<HostParts, 'demo' | 'kind' | 'settings'>): ReadonlyMap<string, Grant> =>
  new Map([
    ...(kind === 'standalone' ? ([['webhook:local', OWN_TOKEN_GRANT]] as const) : []),
    ...(demo ? demoGrants() : []),
    ...settings.intake.sources.vouch,
  ]);
