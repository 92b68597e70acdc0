import { existsSync, statSync } from 'fs';
import { readdir, readFile } from 'fs/promises';
import { basename, dirname, join, resolve } from 'path';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { CASES_ENDING, parseCases, type PolicyCases } from '../../../engine/policy/parse_cases';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { UsageError, type PolicyIo } from './command';
import { asError, type Finding } from './findings';

/** Policies and their cases as files, with what is wrong with them. */
export interface ReadSet {
  /** Every policy file that was read, whether right or not. */
  readonly files: ReadonlyMap<string, string>;
  readonly policies: readonly PolicyFile[];
  readonly cases: readonly PolicyCases[];
  readonly findings: readonly Finding[];
}

/** Folders of a policy repository that hold no policies. */
const OTHER_FOLDERS = new Set(['schema', 'guards', 'examples', 'node_modules']);
const MOST_BYTES = 1024 * 1024;

const isPolicyName = (name: string): boolean => /\.ya?ml$/.test(name) && !name.startsWith('.');

const filesUnder = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !OTHER_FOLDERS.has(entry.name)) found.push(...(await filesUnder(path)));
    if (entry.isFile() && isPolicyName(entry.name)) found.push(path);
  }
  return found;
};

const pathsOf = async (paths: readonly string[], cwd: string): Promise<readonly string[]> => {
  const given = paths.length > 0 ? paths : [existsSync(join(cwd, 'policies')) ? 'policies' : '.'];
  const found: string[] = [];
  for (const path of given) {
    const whole = resolve(cwd, path);
    if (!existsSync(whole)) throw new UsageError(`there is no file or folder \`${path}\``);
    const below = statSync(whole).isDirectory() ? await filesUnder(whole) : [whole];
    found.push(...below.map((file) => join(path, file.slice(whole.length))));
  }
  return [...new Set(found)];
};

const place = { line: 1, column: 1 };

const readOne = async (path: string, cwd: string): Promise<string | Finding> => {
  const whole = resolve(cwd, path);
  if (statSync(whole).size > MOST_BYTES)
    return asError({ file: path, ...place, code: 'too_large', message: `is larger than ${MOST_BYTES} bytes` });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(whole));
  } catch {
    return asError({ file: path, ...place, code: 'not_text', message: 'is not UTF-8 text' });
  }
};

const usedTwice = (policies: readonly PolicyFile[]): Finding[] => {
  const paths = new Map<string, string>();
  return policies.flatMap(({ path, policy }) => {
    const { id } = policy.metadata;
    const other = paths.get(id);
    paths.set(id, other ?? path);
    return other === undefined
      ? []
      : [
          asError({
            file: path,
            ...place,
            code: 'id_used_twice',
            message: `id \`${id}\` is also used in \`${other}\``,
            hint: 'give one of them another id',
          }),
        ];
  });
};

/** Cases of a policy that is not there, unless only some files were asked for and it may be elsewhere. */
const orphans = (cases: readonly PolicyCases[], policies: readonly PolicyFile[]): Finding[] =>
  cases
    .filter(({ policy }) => !policies.some((file) => file.policy.metadata.id === policy))
    .map(({ path, policy }) =>
      asError({
        file: path,
        ...place,
        code: 'unknown_policy',
        message: `its cases are of policy \`${policy}\`, which is not here`,
        hint: `put it beside \`${policy}.yaml\`, or correct \`policy\``,
      }),
    );

/** The cases that stand beside a single policy file that was asked for. */
const besides = (paths: readonly string[], cwd: string): string[] =>
  paths
    .filter((path) => !path.endsWith(CASES_ENDING))
    .map((path) => join(dirname(path), `${basename(path).replace(/\.ya?ml$/, '')}${CASES_ENDING}`))
    .filter((path) => existsSync(resolve(cwd, path)));

/**
 * Reads policies and their cases.
 *
 * @param paths files and folders; none: `policies` below `io.cwd` if there, else that folder
 * @throws UsageError if a path is not there
 */
export const readSet = async (paths: readonly string[], io: PolicyIo): Promise<ReadSet> => {
  const asked = await pathsOf(paths, io.cwd);
  const files = new Map<string, string>();
  const policies: PolicyFile[] = [];
  const cases: PolicyCases[] = [];
  const findings: Finding[] = [];
  for (const path of [...new Set([...asked, ...besides(asked, io.cwd)])]) {
    const source = await readOne(path, io.cwd);
    if (typeof source !== 'string') {
      findings.push(source);
      continue;
    }
    if (path.endsWith(CASES_ENDING)) {
      const parsed = parseCases(path, source);
      if (parsed.ok) cases.push(parsed.value);
      else findings.push(...parsed.error.map(asError));
      continue;
    }
    files.set(path, source);
    const parsed = parsePolicy(path, source);
    if (parsed.ok) policies.push(parsed.value);
    else findings.push(...parsed.error.map(asError));
  }
  const faultless = findings.length === 0;
  return {
    files,
    policies,
    cases,
    findings: [...findings, ...usedTwice(policies), ...(faultless ? orphans(cases, policies) : [])],
  };
};
