/** What properties can name besides connectors: the built-in classes, and those that plugin packages bring. */
import { CLASSES_VERSION } from '../config/classes.ts';
import type { ConfigDef } from '../config/definition.ts';
import {
  BUILT_IN as CONVERTERS,
  type ConverterClass,
  type ConverterClasses,
} from '../converters/catalog.ts';
import type { ExtensionDescriptor } from '../sdk/index.ts';
import { BUILT_IN as TRANSFORMS, type TransformClasses } from '../transforms/catalog.ts';
import type { PluginInfo } from './herder.ts';

export type PluginClasses = ConverterClasses & TransformClasses;

export const BUILT_IN_CLASSES: PluginClasses = { ...CONVERTERS, ...TRANSFORMS };

/** A package's class of the same name and version as a built-in one stands for it, as in Connect. */
export function classesWith(extensions: readonly ExtensionDescriptor[]): PluginClasses {
  const ofType = <T extends ExtensionDescriptor['type']>(
    type: T,
  ): readonly Extract<ExtensionDescriptor, { type: T }>[] =>
    extensions.filter(
      (each): each is Extract<ExtensionDescriptor, { type: T }> => each.type === type,
    );
  return {
    converters: [
      ...BUILT_IN_CLASSES.converters,
      ...ofType('converter').map((each): ConverterClass => each),
    ],
    headerConverters: [...BUILT_IN_CLASSES.headerConverters, ...ofType('header_converter')],
    transforms: [...BUILT_IN_CLASSES.transforms, ...ofType('transformation')],
    predicates: [...BUILT_IN_CLASSES.predicates, ...ofType('predicate')],
  };
}

export type ListedClass = PluginInfo & { readonly config: ConfigDef };

/** As `GET /connector-plugins?connectorsOnly=false` lists them, every version. */
export function listClasses(classes: PluginClasses): readonly ListedClass[] {
  return [
    ...listed('transformation', classes.transforms),
    ...listed('predicate', classes.predicates),
    ...listed('header_converter', classes.headerConverters),
    // Last: a name that both kinds have is asked for its converter's properties.
    ...listed('converter', classes.converters),
  ];
}

function listed(
  type: PluginInfo['type'],
  known: readonly {
    readonly class: string;
    readonly config: ConfigDef;
    readonly version?: string | undefined;
  }[],
): readonly ListedClass[] {
  return known.map(({ class: name, config, version = CLASSES_VERSION }) => ({
    class: name,
    type,
    version,
    config,
  }));
}
