export type { Converter, ConverterOptions } from '../sdk/extensions.ts';
