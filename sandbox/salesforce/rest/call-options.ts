import { headerOf } from './api.ts';
import type { ApiRequest } from './api.ts';

/** `client=X` of `Sforce-Call-Options: client=X, defaultNamespace=Y`. */
export function clientOf(request: Pick<ApiRequest, 'headers'>): string | undefined {
  const options = headerOf(request, 'sforce-call-options') ?? '';
  const client = /(?:^|,)\s*client\s*=\s*([^,]*)/i.exec(options)?.[1]?.trim();
  return client === '' ? undefined : client;
}

/** What change events show as `changeOrigin`. */
export function originOf(version: string, client: string | undefined): string {
  const api = `com/salesforce/api/rest/${version}`;
  return client === undefined ? api : `${api};client=${client}`;
}

/** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
export function allowsDuplicates(request: Pick<ApiRequest, 'headers'>): boolean {
  const options = headerOf(request, 'sforce-duplicate-rule-header') ?? '';
  return /(?:^|[,;])\s*allowSave\s*=\s*true\b/i.test(options);
}
