import type { CoreSetup, NavGroup } from './host';
import { say } from './i18n';
import { loadApplication } from './load_application';

const APP_ID = 'reflex';
const ICON = 'securityApp';

/** Existing groups of the newer navigation, matched by id (core does not share its constants with plugins). */
const NAV_GROUPS: readonly NavGroup[] = [
  { id: 'security-analytics', title: 'Security Analytics', description: '', order: 5000 },
  { id: 'all', title: 'Analytics', description: '', order: 3000 },
];

interface PublicPath {
  readonly __osdPublicPath__: { readonly reflex: string };
}

/**
 * Registers the application at once, so that nothing of Dashboards ever waits for Reflex. Everything else is loaded
 * when somebody opens it.
 */
export class ReflexPlugin {
  setup(core: CoreSetup): void {
    core.application.register({
      id: APP_ID,
      title: say('app.title', 'Reflex'),
      description: say('app.description', 'Answer alerts by signed policies: decide, contain, and undo in time.'),
      order: 4000,
      euiIconType: ICON,
      category: { id: 'opensearch', label: say('app.category', 'OpenSearch Plugins'), order: 2000 },
      mount: (mounted) =>
        loadApplication(async () => (await core.getStartServices())[0], mounted, {
          base: (window as unknown as PublicPath).__osdPublicPath__.reflex,
          fetch: (...asked) => window.fetch(...asked),
          importModule: (address) => import(address),
          reload: () => window.location.reload(),
        }),
    });
    const groups = core.chrome?.navGroup;
    if (!groups?.getNavGroupEnabled()) return;
    const category = { id: 'investigate', label: say('app.investigate', 'Investigate'), order: 2000 };
    for (const group of NAV_GROUPS) {
      groups.addNavLinksToGroup(group, [{ id: APP_ID, order: 450, euiIconType: ICON, category }]);
    }
  }

  start(): void {}

  stop(): void {}
}
