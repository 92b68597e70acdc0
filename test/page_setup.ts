import '@testing-library/jest-dom';
import { configure } from '@testing-library/dom';

/* What OpenSearch Dashboards shares with its plugins, and what jsdom does not have. */

jest.mock('@elastic/eui', () => require('./stubs/oui') as unknown);
// Real icons are fetched one by one, whenever they come.
jest.mock('@elastic/eui/lib/components/icon/icon', () =>
  jest.requireActual('@elastic/eui/test-env/components/icon/icon'),
);
jest.mock('@osd/i18n', () => require('./stubs/osd_i18n') as unknown, { virtual: true });
jest.mock('@osd/ui-shared-deps/theme', () => require('./stubs/osd_theme') as unknown, { virtual: true });
jest.mock('../public/components/data/pace', () => ({ LEAST_PAUSE_MS: 50, REACH_AGAIN_MS: 250 }));

// Conditions are waited for, not times: a busy machine is no fault of the page. Whole documents are no help in a
// report.
jest.setTimeout(30_000);
configure({ asyncUtilTimeout: 8_000, getElementError: (message) => new Error(message ?? 'not found') });

Element.prototype.scrollIntoView = () => undefined;

/** The page's own clock ticks whether a test waits for it or not. */
const isOfClock = (message: unknown): boolean => String(message).includes('not wrapped in act');

const complaints: string[] = [];
jest.spyOn(console, 'error').mockImplementation((...parts: readonly unknown[]) => {
  if (!isOfClock(parts[0])) complaints.push(parts.map(String).join(' '));
});

afterEach(() => expect(complaints.splice(0)).toEqual([]));
