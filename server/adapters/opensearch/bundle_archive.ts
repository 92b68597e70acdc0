import { StoreUnavailable, type BundleArchive, type BundleName } from '../../runner/ports';
import { isMissingIndex, unexpected } from './answer';
import { sendBulk } from './bulk';
import { DEFAULT_PREFIX } from './definitions';
import type { OpenSearchTransport } from './transport';

type BundleFiles = Parameters<BundleArchive['put']>[1];

const MOST_NAMES = 50;

interface BundleArchiveOptions {
  /** Begins the name of the index; default `reflex-`. */
  readonly prefix?: string;
  /** Longest time of a request, ms; default 20,000. */
  readonly timeoutMs?: number;
}

/** Paths in order, bytes as base64: the same files are always the same text. */
const textOf = (files: BundleFiles): string =>
  JSON.stringify(
    [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
  );

const filesOf = (text: string): BundleFiles =>
  new Map(
    (JSON.parse(text) as ReadonlyArray<readonly [string, string]>).map(([path, base64]) => [
      path,
      new Uint8Array(Buffer.from(base64, 'base64')),
    ]),
  );

const idOf = (version: number, statementDigest: string): string => `${version}:${statementDigest}`;

/** Released bundles, one document each. A bundle never changes: filing other files under its name is refused. */
export class OpenSearchBundleArchive implements BundleArchive {
  private readonly transport: OpenSearchTransport;
  private readonly index: string;
  private readonly timeoutMs: number;

  constructor(transport: OpenSearchTransport, options: BundleArchiveOptions = {}) {
    this.transport = transport;
    this.index = `${options.prefix ?? DEFAULT_PREFIX}bundles`;
    this.timeoutMs = options.timeoutMs ?? 20_000;
  }

  async put(name: BundleName, files: BundleFiles): Promise<void> {
    const { version, statement_digest } = name;
    const text = textOf(files);
    const [item] = await sendBulk(
      this.transport,
      { path: `/${this.index}/_bulk`, querystring: { refresh: true }, timeoutMs: this.timeoutMs },
      [{ verb: 'create', meta: { _id: idOf(version, statement_digest) }, source: { ...name, files: text } }],
    );
    if (item?.kind === 'refused') throw new Error(`bundle ${version} could not be filed: ${item.message}`);
    if (item?.kind === 'conflict' && (await this.read(version, statement_digest)) !== text)
      throw new Error(`bundle ${version} with digest \`${statement_digest}\` is filed already, with other files`);
  }

  async get(version: number, statementDigest: string): Promise<BundleFiles | undefined> {
    const text = await this.read(version, statementDigest);
    return text === undefined ? undefined : filesOf(text);
  }

  async byDigest(digest: string): Promise<BundleFiles | undefined> {
    const [hit] = await this.search<{ readonly files: string }>({
      query: { term: { digest } },
      sort: [{ version: 'desc' }],
      size: 1,
    });
    return hit && filesOf(hit.files);
  }

  newest(): Promise<readonly BundleName[]> {
    return this.search<BundleName>({
      _source: { excludes: ['files'] },
      sort: [{ version: 'desc' }],
      size: MOST_NAMES,
    });
  }

  private async search<Source>(body: Readonly<Record<string, unknown>>): Promise<readonly Source[]> {
    const answer = await this.transport.request(
      {
        method: 'POST',
        path: `/${this.index}/_search`,
        querystring: { allow_partial_search_results: false },
        body,
      },
      { timeoutMs: this.timeoutMs },
    );
    if (isMissingIndex(answer)) throw new StoreUnavailable(`the index \`${this.index}\` is missing`);
    if (answer.status >= 400) throw unexpected('bundles could not be searched', answer);
    const { hits } = (answer.body as { hits: { hits: ReadonlyArray<{ _source: Source }> } }).hits;
    return hits.map((hit) => hit._source);
  }

  private async read(version: number, statementDigest: string): Promise<string | undefined> {
    const answer = await this.transport.request(
      { method: 'POST', path: `/${this.index}/_mget`, body: { ids: [idOf(version, statementDigest)] } },
      { timeoutMs: this.timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('a bundle could not be read', answer);
    const [doc] = (answer.body as { docs: ReadonlyArray<{ found?: boolean; _source?: { files: string } }> }).docs;
    if (doc?.found === undefined) throw new StoreUnavailable(`bundle ${version} could not be read`);
    return doc._source?.files;
  }
}
