import type { CoreStart } from './host';
import { say } from './i18n';

/** Where the zip has the guides, which the build copies there (scripts/bundle/plugin.js). */
const FOLDER = '/plugins/reflex/assets/guides';

const guides = (): ReadonlyArray<readonly [file: string, title: string]> => [
  ['stop', say('help.stop', 'Stop Reflex')],
  ['write_a_policy', say('help.policy', 'Write a policy')],
  ['connect_a_source', say('help.source', 'Connect a source')],
  ['connect_a_host', say('help.host', 'Connect a host')],
  ['subscribe_alerts', say('help.alerts', 'Subscribe to alerts')],
  ['never_touched', say('help.never', 'What is never touched')],
  ['find', say('help.find', 'Find what was decided')],
  ['set_up', say('help.set_up', 'Set it up')],
  ['run', say('help.run', 'Run it: settings and operation')],
  ['upgrade', say('help.upgrade', 'Upgrade and remove')],
];

/** Puts the guides into the help menu of the host, which forgets them once somebody opens another application. */
export const offerHelp = ({ chrome, http }: CoreStart): void =>
  chrome?.setHelpExtension?.({
    appName: say('app.title', 'Reflex'),
    links: guides().map(([file, content]) => ({
      linkType: 'custom',
      content,
      href: http.basePath.prepend(`${FOLDER}/${file}.txt`),
      target: '_blank',
      rel: 'noopener',
    })),
  });
