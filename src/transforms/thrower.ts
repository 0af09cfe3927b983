/** Which transform threw an error, for those who tell it (`__connect.errors.class.name`). */
const throwers = new WeakMap<object, string>();

/** What `run` throws is `className`'s. */
export function throwing<T>(className: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (typeof error === 'object' && error !== null) throwers.set(error, className);
    throw error;
  }
}

/** The class of the transform that threw it, or what it was made of. */
export function throwerOf(error: Error): string | undefined {
  const { cause } = error;
  const ofCause = typeof cause === 'object' && cause !== null ? throwers.get(cause) : undefined;
  return throwers.get(error) ?? ofCause;
}
