import { StoreUnavailable, type BundleArchive } from '../../runner/ports';
import { isMissingIndex, unexpected } from './answer';
import { sendBulk } from './bulk';
import { DEFAULT_PREFIX } from './definitions';
import type { OpenSearchTransport } from './transport';

type BundleFiles = Parameters<BundleArchive['put']>[2];

export interface BundleArchiveOptions {
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

const idOf = (version: number, digest: string): string => `${version}:${digest}`;

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

  async put(version: number, digest: string, files: BundleFiles): Promise<void> {
    const text = textOf(files);
    const [item] = await sendBulk(
      this.transport,
      { path: `/${this.index}/_bulk`, querystring: { refresh: true }, timeoutMs: this.timeoutMs },
      [{ verb: 'create', meta: { _id: idOf(version, digest) }, source: { version, digest, files: text } }],
    );
    if (item?.kind === 'refused') throw new Error(`bundle ${version} could not be filed: ${item.message}`);
    if (item?.kind === 'conflict' && (await this.read(version, digest)) !== text)
      throw new Error(`bundle ${version} with digest \`${digest}\` is filed already, with other files`);
  }

  async get(version: number, digest: string): Promise<BundleFiles | undefined> {
    const text = await this.read(version, digest);
    return text === undefined ? undefined : filesOf(text);
  }

  /** The newest of the versions with this digest. */
  async byDigest(digest: string): Promise<BundleFiles | undefined> {
    const answer = await this.transport.request(
      {
        method: 'POST',
        path: `/${this.index}/_search`,
        querystring: { allow_partial_search_results: false },
        body: { query: { term: { digest } }, sort: [{ version: 'desc' }], size: 1 },
      },
      { timeoutMs: this.timeoutMs },
    );
    if (isMissingIndex(answer)) throw new StoreUnavailable(`the index \`${this.index}\` is missing`);
    if (answer.status >= 400) throw unexpected('bundles could not be searched', answer);
    const [hit] = (answer.body as { hits: { hits: ReadonlyArray<{ _source: { files: string } }> } }).hits.hits;
    return hit && filesOf(hit._source.files);
  }

  private async read(version: number, digest: string): Promise<string | undefined> {
    const answer = await this.transport.request(
      { method: 'POST', path: `/${this.index}/_mget`, body: { ids: [idOf(version, digest)] } },
      { timeoutMs: this.timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('a bundle could not be read', answer);
    const [doc] = (answer.body as { docs: ReadonlyArray<{ found?: boolean; _source?: { files: string } }> }).docs;
    if (doc?.found === undefined) throw new StoreUnavailable(`bundle ${version} could not be read`);
    return doc._source?.files;
  }
}
