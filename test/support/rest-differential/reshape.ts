/** Takes out of an answer what a reason is about, so that the rest can be compared. */
import type { Answer } from './call.ts';
import { isInfos, type Infos, type Normal } from './normal.ts';

const NO_SUCH_CLASS =
  /^(Class class .* does not implement the \w+ interface|Class .* could not be found\.)$/;

export function message({ text }: Answer): string {
  try {
    const body = JSON.parse(text) as { message?: unknown } | null;
    return typeof body?.message === 'string' ? body.message : '';
  } catch {
    return text;
  }
}

/** Every text in it changed. */
export function texts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => texts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, texts(item, change)]));
}

/** What is said of classes that aren't there: the error, the value, its version. */
export function withoutClasses(answer: Normal): Normal {
  const { body } = answer;
  if (!isInfos(body)) return withoutErrors(answer, NO_SUCH_CLASS);
  const wrong = body.configs.flatMap(({ value }) =>
    value.errors.some((error) => isAbout(error, NO_SUCH_CLASS)) ? [value.name] : [],
  );
  const about = new Set(
    wrong.flatMap((name) => [
      name,
      `${name}.plugin.version`,
      name.replace(/type$/, 'plugin.version'),
    ]),
  );
  return {
    ...answer,
    body: { ...body, configs: body.configs.filter(({ value }) => !about.has(value.name)) },
  };
}

/** Those properties, and the errors about them. */
export function withoutProperties(answer: Normal, pattern: RegExp): Normal {
  const left = withoutErrors(answer, pattern);
  const { body } = left;
  if (!isInfos(body)) return left;
  const configs = body.configs.filter(({ value }) => !pattern.test(value.name));
  return { ...left, body: { ...body, configs } };
}

/** From a list of errors in a message, or from those of properties; one that is left with nothing goes. */
export function withoutErrors(answer: Normal, pattern: RegExp): Normal {
  const { body } = answer;
  if (isInfos(body)) return { ...answer, body: infosWithout(body, pattern) };
  if (typeof body !== 'object' || body === null || !('message' in body)) return answer;
  const lines = String(body.message).split('\n');
  const kept = lines.filter((line) => !isAbout(line, pattern));
  const gone = lines.length - kept.length;
  const text = kept
    .join('\n')
    .replace(/(\d+) error\(s\)/, (_all, count: string) => `${Number(count) - gone} error(s)`);
  return { ...answer, body: { ...body, message: text } };
}

function infosWithout(infos: Infos, pattern: RegExp): Infos {
  let gone = 0;
  const configs = infos.configs.flatMap((config) => {
    const errors = config.value.errors.filter((error) => !isAbout(error, pattern));
    const removed = config.value.errors.length - errors.length;
    gone += removed;
    const isOnlyThat = removed > 0 && errors.length === 0;
    if (isOnlyThat && config.value.errors[0]?.startsWith('Unknown') === true) return [];
    return [{ ...config, value: { ...config.value, errors } }];
  });
  return { ...infos, configs, error_count: infos.error_count - gone };
}

/** `Invalid value … for configuration …: ` may stand before it. */
function isAbout(error: string, pattern: RegExp): boolean {
  return pattern.test(error) || pattern.test(error.replace(/^Invalid value .*?: /, ''));
}
