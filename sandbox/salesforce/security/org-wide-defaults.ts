import type { SandboxOrg } from '../org/org.ts';
import type { SharingModel } from '../org/types.ts';
import type { XmlElement } from '../project/xml.ts';

/** `<sharingModel>` of an object's definition; what is shared with transfer rights is shared all the same. */
const MODELS: Readonly<Record<string, SharingModel>> = {
  Private: 'Private',
  Read: 'Read',
  ReadWrite: 'ReadWrite',
  ReadWriteTransfer: 'ReadWrite',
  FullAccess: 'ReadWrite',
  ControlledByParent: 'ControlledByParent',
};

/** Sets the org-wide default that a project's object says. */
export function shareAsDefined(
  org: SandboxOrg,
  { name, definition }: { readonly name: string; readonly definition: XmlElement | undefined },
): void {
  const model = MODELS[definition?.text('sharingModel') ?? ''];
  const object = org.object(name);
  if (model === undefined || object === undefined) return;
  if (model !== (object.sharing ?? 'ReadWrite')) org.share(object.name, model);
}
