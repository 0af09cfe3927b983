/** `target` with some members in place of its own; all others, those the port will yet have too, are handed through. */
export function overriding<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (_target, key): unknown => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      // Not `bind`: V8's disposable stacks don't take a bound function for one.
      return (...args: readonly unknown[]): unknown => Reflect.apply(member, target, args);
    },
  });
}
