/**
 * A process that ends at a certain call: before it was carried out, or after it and before the answer. Afterwards none
 * of its calls is carried out or answered any more.
 */
export class Mortal {
  private left = Infinity;
  private after = false;
  private dead = false;

  get isDead(): boolean {
    return this.dead;
  }

  /** Lets it end at the call of this number, counted from now. */
  endAt(call: number, moment: 'before' | 'after'): void {
    this.left = call;
    this.after = moment === 'after';
  }

  /** A port whose every method is such a call. */
  wrap<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.call(() => Reflect.apply(method, target, args) as Promise<unknown>);
      },
    });
  }

  private async call(work: () => Promise<unknown>): Promise<unknown> {
    if (!this.dead && (this.left -= 1) === 0) {
      this.dead = true;
      if (this.after) await work();
    }
    return this.dead ? new Promise(() => undefined) : work();
  }
}
