import { SHORTEST_SECRET } from './credentials';

/** Puts a text that a target may have chosen on one line, cut to a length, without control characters. */
export const oneLine = (text: string, most: number): string => {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
};

/** Takes secrets out of texts (INV-12): a target may repeat in its answer what it was sent. */
export class Redactor {
  private readonly hidden = new Set<string>();

  constructor(secrets: readonly string[]) {
    secrets.forEach((each) => this.hide(each));
  }

  /** Also takes this one out from now on, in the forms in which it may come back. */
  hide(secret: string): void {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      if (form.length >= SHORTEST_SECRET) this.hidden.add(form);
  }

  redact(text: string): string {
    const longestFirst = [...this.hidden].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((shown, secret) => shown.split(secret).join('[secret]'), text);
  }
}
