import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';

/* The examples that stand in the guides, as they are printed. */

const ROOT = join(__dirname, '../..');

/** Files in which settings are shown, from the root. */
export const GUIDES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs/guides'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/guides/${name}`),
];

interface Block {
  readonly language: string;
  readonly text: string;
}

/** @param file from the root */
export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Fenced blocks of a text, without the indentation of a list that they stand in. */
export const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }));

/** The guides leave digests to their readers. */
const filled = (text: string): string => text.replace(/sha256: …/g, `sha256: '${'0'.repeat(64)}'`);

const POLICY_KEYS = ['apiVersion', 'spec', 'tests'];

/** A block of settings as it goes into a file: the sign-in of a webhook is shown without its webhook. */
export const settingsOf = ({ language, text }: Block): string | undefined => {
  if (language !== 'yaml') return undefined;
  const keys = Object.keys(parse(text) as object);
  if (keys.some((key) => POLICY_KEYS.includes(key))) return undefined;
  return keys.join() === 'auth' ? `intake: { webhooks: [{ name: shown, ${filled(text).trim()} }] }` : filled(text);
};

/** As a file of Dashboards has it: below `opensearch_reflex`, where it does not stand there already. */
export const inDashboardsFile = (text: string): string =>
  Object.keys(parse(text) as object).every((key) => key.startsWith('opensearch_reflex'))
    ? text
    : `opensearch_reflex:\n${text.replace(/^/gm, '  ')}`;
