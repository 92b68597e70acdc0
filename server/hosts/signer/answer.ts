import { decode, sentence } from '../../../common/codec/decode';
import { iso } from '../../../common/iso';
import { KEY_PATH, requestOf, SIGN_PATH, SignBody } from './wire';
import { parseJson, signingInput, tokenOf } from '../../engine/policy/signature';
import { signedValue } from '../../engine/policy/signer';
import { judge, type Signed, type SignerRules } from './judge';
import type { SignerKey } from './signer_key';

export interface SignerParts {
  readonly key: SignerKey;
  readonly ledger: { readonly signed: readonly Signed[]; readonly append: (entry: Signed) => void };
  readonly rules: SignerRules;
  readonly now: () => number;
  /** One line for whoever reads the log. */
  readonly say: (line: string) => void;
}

export interface SignerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

/** Longer words are cut: the host that asks takes no more. */
const MOST_WORDS = 2_000;

const problem = (status: number, message: string): SignerAnswer => ({
  status,
  body: { message: message.slice(0, MOST_WORDS) },
});

const described = ({ kind, version, author, approvers, not_after }: Signed): string =>
  kind === 'freshness'
    ? `version ${version} is the newest until ${not_after}`
    : `version ${version} by \`${author}\`, approved by ${approvers?.length ? approvers.map((each) => `\`${each}\``).join(', ') : 'nobody'}`;

/** Answers one request of the host that decides. */
export class Answering {
  private before: Promise<unknown> = Promise.resolve();
  private told = '';

  constructor(private readonly parts: SignerParts) {}

  answer(method: string | undefined, path: string | undefined, body: Uint8Array): Promise<SignerAnswer> {
    const { key } = this.parts;
    if (method === 'GET' && path === KEY_PATH)
      return Promise.resolve({ status: 200, body: { key_id: key.keyId, public_key: key.publicPem } });
    if (method !== 'POST' || path !== SIGN_PATH) return Promise.resolve(problem(404, 'there is nothing here'));
    // One at a time: what is judged next is judged by what was signed before.
    const answered = this.before.then(() => this.sign(body));
    this.before = answered.catch(() => undefined);
    return answered;
  }

  private async sign(bytes: Uint8Array): Promise<SignerAnswer> {
    const { key, ledger, rules, now } = this.parts;
    const decoded = decode(SignBody, parseJson(bytes));
    if (!decoded.ok) return problem(400, `this is nothing that a signer signs: ${sentence(decoded.error)}`);
    const request = requestOf(decoded.value);
    const at = now();
    const judged = judge(request, ledger.signed, { rules, now: at });
    if (!judged.ok) {
      this.say(at, `refused: ${judged.error}`);
      return problem(409, judged.error);
    }
    const { type, value } = signedValue(request, key.keyId);
    const input = signingInput(type, value, key.keyId);
    try {
      const token = tokenOf(input, await key.sign(input));
      // INVARIANT: no signature leaves that is not written down.
      ledger.append(judged.value);
      this.say(at, `signed: ${described(judged.value)}`);
      return { status: 200, body: { token } };
    } catch (cause) {
      const why = (cause as Error).message;
      this.say(at, `failed: ${why}`);
      return problem(503, `the signer could not sign: ${why}`);
    }
  }

  /** A host that is refused asks again every few seconds: the same words are said once. */
  private say(at: number, what: string): void {
    if (what !== this.told) this.parts.say(`${iso(at)} ${what}`);
    this.told = what;
  }
}
