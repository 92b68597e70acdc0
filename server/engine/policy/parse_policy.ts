import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import type { PolicyFile } from '../../../common/policy/bundle';
import { byPlace, type PolicyFault } from '../../../common/policy/policy';
import { POLICY_SCHEMA, SCHEMA_OPTIONS } from '../../../common/policy/policy_schema';
import { CANNOT_MATCH, checkForm } from '../../../common/policy/text/check_form';
import { err, ok, type Result } from '../../../common/result';
import { conditionFaults } from './condition_faults';
import { sha256 } from '../digest/digest';
import { inOneGo, type Steps } from './steps';

let compiled: ValidateFunction | undefined;

/** Compiled at the first policy: much that imports this reads none. */
const isPolicy = (): ValidateFunction => (compiled ??= new Ajv2020(SCHEMA_OPTIONS).compile(POLICY_SCHEMA));

/**
 * Reads one policy and checks all that can be checked without other policies: its form (YAML under limits, JSON Schema,
 * targets, rollback), which the page checks by the same code, then conditions against the declared types.
 *
 * @param path name of the file, for messages
 * @param source the YAML text
 * @returns the policy with the hash of its text, or all its faults with their places
 */
export const parsePolicy = (path: string, source: string): Result<PolicyFile, readonly PolicyFault[]> => {
  const { faults, file } = readPolicy(path, source);
  return file === undefined || faults.length > 0 ? err(faults) : ok(file);
};

/** The policy, if its text has the form of one, and all its faults. */
const readPolicy = (path: string, source: string): { faults: readonly PolicyFault[]; file?: PolicyFile } => {
  const { faults, policy, yaml } = checkForm(isPolicy(), path, source);
  if (policy === undefined) return { faults };
  const all = byPlace([...faults, ...conditionFaults(path, yaml, policy)]);
  return { faults: all, file: { path, source, hash: sha256(source), policy } };
};

/** Policies that were right, by path and text: a release reads the same set several times, and changes little of it. */
const known = new Map<string, PolicyFile>();
const MOST_KNOWN = 8_192;

const parseOnce = (path: string, source: string): ReturnType<typeof parsePolicy> => {
  const key = `${path} ${sha256(source)}`;
  const found = known.get(key);
  if (found) return ok(found);
  const { faults, file } = readPolicy(path, source);
  // What is in force by now was reviewed by the rules of its day: refusing it would leave nothing in force.
  const grave = faults.filter(({ code }) => code !== CANNOT_MATCH);
  if (file === undefined || grave.length > 0) return err(faults);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, file);
  return ok(file);
};

/** Reads the files of a policy set, one by one. */
export function* parseSteps(
  files: ReadonlyMap<string, string>,
): Steps<Result<readonly PolicyFile[], readonly PolicyFault[]>> {
  const faults: PolicyFault[] = [];
  const policies: PolicyFile[] = [];
  const paths = new Map<string, string>();
  for (const [path, source] of files) {
    yield;
    const parsed = parseOnce(path, source);
    if (!parsed.ok) {
      faults.push(...parsed.error);
      continue;
    }
    const { id } = parsed.value.policy.metadata;
    const other = paths.get(id);
    if (other !== undefined)
      faults.push({
        file: path,
        line: 1,
        column: 1,
        code: 'id_used_twice',
        message: `id \`${id}\` is also used in \`${other}\``,
      });
    paths.set(id, path);
    policies.push(parsed.value);
  }
  const inOrder = policies.sort((a, b) => (a.policy.metadata.id < b.policy.metadata.id ? -1 : 1));
  return faults.length > 0 ? err(faults) : ok(inOrder);
}

/**
 * Reads the files of a policy set.
 *
 * @param files YAML texts by path
 * @returns the policies in order of their ids, or the faults of all files, ids used twice included
 */
export const parsePolicies = (
  files: ReadonlyMap<string, string>,
): Result<readonly PolicyFile[], readonly PolicyFault[]> => inOneGo(parseSteps(files));
