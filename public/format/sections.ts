import { say } from '../i18n';

const TITLES = new Map<string, () => string>([
  ['overview', () => say('nav.overview', 'Overview')],
  ['escalations', () => say('nav.escalations', 'Escalations')],
  ['containments', () => say('nav.containments', 'Containments')],
  ['brakes', () => say('nav.brakes', 'Brakes and agents')],
  ['decisions', () => say('nav.decisions', 'Decisions')],
  ['policies', () => say('nav.policies', 'Policies')],
  ['sources', () => say('nav.sources', 'Sources')],
  ['connectors', () => say('connectors.title', 'Connectors')],
  ['setup', () => say('setup.title', 'Set-up')],
  ['secrets', () => say('secrets.title', 'Secrets')],
  ['tokens', () => say('tokens.title', 'Tokens')],
  ['quarantine', () => say('nav.quarantine', 'Quarantine')],
]);

/**
 * Title of the list that a page belongs to, by the first part of its path.
 *
 * @param path such as `/decisions/01J…`
 * @returns undefined for a page that belongs to none
 */
export const sectionTitle = (path: string): string | undefined => TITLES.get(path.split('/')[1] ?? '')?.();
