import { eventNameOf } from '../events/columns.ts';
import { makeField } from '../org/field-spec.ts';
import type { ObjectDef, Org } from '../org/types.ts';
import { childRelationships } from '../soql/relationships.ts';
import { describeField } from './describe-field.ts';
import { recordTypeInfosOf } from './record-type-infos.ts';

type Json = Record<string, unknown>;

/** What can be done with the records of an object; of change events, nothing but to receive them. */
interface Abilities {
  readonly stored: boolean;
  readonly createable: boolean;
  /** Name of the entity whose changes it tells. */
  readonly changesOf: string | null;
}

/** One entry of describe global; the same keys begin an object's own describe. */
export function describeBriefly(object: ObjectDef, version: string): Json {
  return brief(object, version, { stored: isStored(object), createable: true, changesOf: null });
}

export function describeChangeEventBriefly(object: ObjectDef, version: string): Json {
  const event = changeEventOf(object);
  return brief(event, version, { stored: false, createable: false, changesOf: object.name });
}

/** A whole describe; with the addresses of a record's pages where `host` is given. */
export function describeObject(org: Org, object: ObjectDef, version: string, host?: string): Json {
  const children = childRelationships(org, object).map(({ child, field, name }) => ({
    cascadeDelete: field.onDelete === 'cascade',
    childSObject: child.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: name,
    restrictedDelete: field.onDelete === 'restrict',
  }));
  const fields = object.fields.map((field) => describeField(object, field));
  const summary = describeBriefly(object, version);
  const pages = host === undefined || !isStored(object) ? {} : pagesOf(object, host);
  const described = whole(summary, fields, children);
  const recordTypeInfos = isStored(object) ? recordTypeInfosOf(org, object, version) : [];
  return { ...described, recordTypeInfos, urls: { ...(summary['urls'] as Json), ...pages } };
}

function isStored({ kind }: ObjectDef): boolean {
  return kind !== 'platformevent';
}

function pagesOf({ keyPrefix }: ObjectDef, host: string): Json {
  return {
    uiDetailTemplate: `${host}/{ID}`,
    uiEditTemplate: `${host}/{ID}/e`,
    uiNewRecord: `${host}/${keyPrefix}/e`,
  };
}

export function describeChangeEvent(object: ObjectDef, version: string): Json {
  const event = changeEventOf(object);
  const fields = event.fields.map((field) => describeField(event, field));
  const header = fields.find((field) => field['name'] === HEADER.name);
  Object.assign(header ?? {}, { type: 'complexvalue', soapType: 'urn:ChangeEventHeader' });
  return whole(describeChangeEventBriefly(object, version), fields, []);
}

const HEADER = makeField({
  name: 'ChangeEventHeader',
  label: 'Change Event Header',
  type: 'string',
  length: 0,
});

/** `AccountChangeEvent` as an object: the fields that events carry, none of them writable. */
function changeEventOf(object: ObjectDef): ObjectDef {
  const own = [
    makeField({ name: 'Id', label: `${object.label} ID`, type: 'id', nillable: false }),
    makeField({ name: 'ReplayId', label: 'Replay ID', type: 'string', length: 1000 }),
    HEADER,
  ];
  const carried = object.fields.filter((field) => field.leftOutOfEvents !== true);
  return {
    ...object,
    name: eventNameOf(object),
    label: `Change Event: ${object.label}`,
    labelPlural: `Change Event: ${object.label}`,
    fields: [...own, ...carried].map((field) => ({
      ...field,
      createable: false,
      updateable: false,
    })),
  };
}

function brief(object: ObjectDef, version: string, abilities: Abilities): Json {
  const { stored, changesOf } = abilities;
  const can = object.abilities ?? {};
  const createable = abilities.createable && can.createable !== false;
  const url = `/services/data/v${version}/sobjects/${object.name}`;
  const described = `${url}/describe`;
  const records = stored
    ? { rowTemplate: `${url}/{ID}`, describe: described, sobject: url }
    : { eventSchema: `${url}/eventSchema`, describe: described, sobject: url };
  return {
    activateable: false,
    associateEntityType: changesOf === null ? null : 'ChangeEvent',
    associateParentEntity: changesOf,
    createable,
    custom: object.kind !== 'standard' && changesOf === null,
    customSetting: object.kind === 'customsetting',
    deepCloneable: false,
    deletable: stored && can.deletable !== false,
    deprecatedAndHidden: false,
    feedEnabled: stored && object.kind === 'standard',
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: changesOf === null ? object.keyPrefix : null,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: stored,
    mergeable: ['Account', 'Contact', 'Lead'].includes(object.name),
    mruEnabled: stored,
    name: object.name,
    queryable: stored,
    replicateable: stored,
    retrieveable: stored,
    searchable: stored && can.searchable !== false,
    triggerable: true,
    undeletable: stored && can.undeletable !== false,
    updateable: stored && can.updateable !== false,
    urls: records,
    ...(object.kind === 'custommetadata' ? DEPLOYED : {}),
  };
}

/** Of custom metadata types, whose records come with a deployment. */
const DEPLOYED = { layoutable: false, mruEnabled: false, replicateable: false, triggerable: false };

function whole(summary: Json, fields: readonly Json[], childRelationships: readonly Json[]): Json {
  const { urls, ...rest } = summary;
  return {
    ...rest,
    actionOverrides: [],
    childRelationships,
    compactLayoutable: rest['layoutable'],
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields,
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [],
    searchLayoutable: rest['searchable'],
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: 'All records', name: 'everything' }],
    urls,
  };
}
