import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import type { HostParts } from '../../server/hosts/host_parts';
import { readSettings } from '../../server/hosts/settings';
import type { HostRoute } from '../../server/routes/http';

const quiet = (): void => undefined;

/** A host without a port: routes are called directly, as a user who may do everything. */
export class BareHost {
  readonly parts: HostParts;
  leftDemo = 0;
  /** What was logged as information. */
  readonly told: Array<{ readonly message: string; readonly details: Readonly<Record<string, unknown>> }> = [];
  private readonly routes: HostRoute[] = [];

  constructor({
    transport,
    dataFolder,
    demo,
    settings: given = {},
  }: {
    readonly transport: OpenSearchTransport;
    readonly dataFolder: string;
    readonly demo: boolean;
    readonly settings?: object;
  }) {
    const settings = readSettings(given);
    if (!settings.ok) throw new Error(`no valid settings: ${JSON.stringify(settings.error)}`);
    this.parts = {
      kind: 'standalone',
      router: { add: (route) => this.routes.push(route) },
      transport,
      log: {
        debug: quiet,
        info: (message, details = {}) => void this.told.push({ message, details }),
        warn: quiet,
        error: quiet,
      },
      dataFolder,
      persistent: true,
      identify: () =>
        Promise.resolve({
          name: 'approver',
          may: ['read', 'respond', 'approve', 'author', 'admin'],
          singleUser: false,
        }),
      demo,
      steps: quiet,
      settings: settings.value,
      users: () => [],
      problems: () => [],
      leaveDemo: () => {
        this.leftDemo += 1;
        return Promise.resolve();
      },
    };
  }

  async call<Answer>(
    method: HostRoute['method'],
    path: string,
    { body: sent, headers = {} }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<{ status: number; body: Answer }> {
    const [bare = '', search = ''] = path.split('?');
    for (const route of this.routes) {
      const names: string[] = [];
      const pattern = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        names.push(name);
        return '([^/]+)';
      });
      const match = new RegExp(`^${pattern}$`).exec(bare);
      if (!match || route.method !== method) continue;
      const { status, body } = await route.handle({
        params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')])),
        query: Object.fromEntries(new URLSearchParams(search)),
        body: route.raw && typeof sent === 'string' ? Buffer.from(sent) : sent,
        headers,
        address: undefined,
        native: undefined,
        whenGone: quiet,
      });
      return { status, body: body as Answer };
    }
    throw new Error(`there is no route ${method} ${bare}`);
  }
}
