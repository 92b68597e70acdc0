import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import type { BundleFiles } from '../../common/policy/bundle';
import { docOf, type StateSource } from '../../server/adapters/opensearch/state_documents';
import { openFileSpool } from '../../server/adapters/spool/file_spool';
import { openFileJournal } from '../../server/adapters/system/file_journal';
import { openFileMemory } from '../../server/adapters/system/file_memory';
import {
  EVIDENCE_FAMILIES,
  type BundleArchive,
  type BundleName,
  type EvidenceEntry,
  type StateDoc,
} from '../../server/runner/ports';
import { keyPairOf, type KeyPair } from '../builders/policies';
import { FakeDisk } from '../fakes/fake_disk';
import type { StoredDisk, StoredIndex } from './record';

/*
 * What a version stored, read back: the state and the records through this version's adapters, the disks through its
 * journal, spool and memory. `record.ts` made it.
 */

export interface Recording {
  /** When its agents were killed, UTC ms. */
  readonly at: number;
  readonly indices: readonly StoredIndex[];
  readonly state: readonly StateDoc[];
  readonly evidence: readonly EvidenceEntry[];
  readonly archive: BundleArchive;
  /** The bundle in force. */
  readonly bundle: BundleFiles;
  readonly keys: KeyPair;
  readonly disks: Readonly<Record<'first' | 'second', FakeDisk>>;
  /** What was so at the target. */
  readonly blocks: ReadonlyArray<{ readonly address: string; readonly tag: string }>;
}

const MOST_SPOOLED = 1_000;

const readIndex = (path: string): StoredIndex => {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const documents = lines.map((line) => JSON.parse(line) as StoredIndex['documents'][number]);
  return { ...(JSON.parse(head) as Omit<StoredIndex, 'documents'>), documents };
};

const evidenceOf = (indices: readonly StoredIndex[]): EvidenceEntry[] =>
  EVIDENCE_FAMILIES.flatMap((family) =>
    indices
      .filter(({ name }) => name.startsWith(`reflex-${family}-`))
      .flatMap(({ documents }) => documents)
      .map(({ id, source }) => {
        const { '@timestamp': at, record } = source as { '@timestamp': string; record: string };
        return { family, id, at, body: JSON.parse(record) as EvidenceEntry['body'] };
      }),
  );

type Filed = BundleName & { readonly files: string };

const filesIn = ({ files }: Filed): BundleFiles =>
  new Map(
    (JSON.parse(files) as ReadonlyArray<readonly [string, string]>).map(([path, base64]) => [
      path,
      new Uint8Array(Buffer.from(base64, 'base64')),
    ]),
  );

const archiveOf = (filed: readonly Filed[]): BundleArchive => {
  const find = (fits: (each: Filed) => boolean): Promise<BundleFiles | undefined> => {
    const found = filed.find(fits);
    return Promise.resolve(found && filesIn(found));
  };
  return {
    put: () => Promise.reject(new Error('nothing is released into a recording')),
    get: (version, digest) => find((each) => each.version === version && each.statement_digest === digest),
    byDigest: (digest) => find((each) => each.digest === digest),
    newest: () => Promise.resolve(filed),
  };
};

/** Lays a recorded disk out as it was. */
const layOut = (disk: StoredDisk, folder: string): void => {
  for (const [path, content] of Object.entries(disk)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'text' in content ? content.text : Buffer.from(content.base64, 'base64'));
  }
};

const readDisk = async (disk: StoredDisk): Promise<FakeDisk> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-recording-'));
  layOut(disk, folder);
  const onDamage = (): void => {
    throw new Error('the recorded disk is damaged');
  };
  const fake = new FakeDisk();
  const journal = await openFileJournal({ folder: join(folder, 'journal'), onDamage });
  for (const entry of journal.open()) fake.journalEntries.set(entry.command_id, entry);
  await journal.end();
  const spool = await openFileSpool({ folder: join(folder, 'spool'), persistent: true, onDamage });
  const ports = fake.ports(() => Promise.resolve());
  for (const { item } of await spool.peek(MOST_SPOOLED)) await ports.spool.append(item);
  await spool.end();
  const kept = Object.keys(JSON.parse(textOf(disk, 'memory.json')) as object);
  const memory = await openFileMemory(join(folder, 'memory.json'));
  for (const key of kept) fake.memory.set(key, memory.read(key) ?? '');
  rmSync(folder, { recursive: true, force: true });
  return fake;
};

const textOf = (disk: StoredDisk, path: string): string => {
  const content = disk[path];
  if (content === undefined || !('text' in content)) throw new Error(`there is no \`${path}\` on the recorded disk`);
  return content.text;
};

/** @param name such as `6795c7f` */
export const readRecording = async (name: string): Promise<Recording> => {
  const folder = join(__dirname, 'stored', name);
  const read = <Content>(file: string): Content => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Content;
  const indices = readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => readIndex(join(folder, file)));
  const named = (index: string): StoredIndex['documents'] =>
    indices.find((each) => each.name === index)?.documents ?? [];
  const filed = named('reflex-bundles')
    .map(({ source }) => source as Filed)
    .sort((a, b) => b.version - a.version);
  const [newest] = filed;
  if (newest === undefined) throw new Error('nothing was released in the recording');
  const { at, blocks } = read<{ at: string; blocks: Recording['blocks'] }>('target.json');
  return {
    at: Date.parse(at),
    indices,
    state: named('reflex-state')
      .map(({ id, source }) => ({ _id: id, _seq_no: 0, _primary_term: 1, _source: source as StateSource }))
      .filter(({ _source: { kind } }) => kind !== 'probe')
      .map(docOf),
    evidence: evidenceOf(indices),
    archive: archiveOf(filed),
    bundle: filesIn(newest),
    keys: keyPairOf(readFileSync(join(folder, 'signing.pem'), 'utf8')),
    disks: {
      first: await readDisk(read<StoredDisk>('first.json')),
      second: await readDisk(read<StoredDisk>('second.json')),
    },
    blocks,
  };
};
