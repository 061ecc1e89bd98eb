import type { FieldSet } from './field-set.ts';
import { FIELDS, type FieldName, type FieldResult, findField } from './fields.ts';

/** Where the value of a field comes from; `built-in` is its declared default. */
export type FieldOrigin = 'source' | 'destination' | 'defaults' | 'built-in';

/** The values that hold for a source or a destination, inherited ones included. */
export interface Effective {
  get<N extends FieldName>(name: N): FieldResult<N>;
  originOf(name: FieldName): FieldOrigin | undefined;
}

/** Layers fields: those of the source, else of the destination, else the defaults, else what is built in. */
export function resolveFields(layers: {
  readonly source?: FieldSet;
  readonly destination?: FieldSet;
  readonly defaults: FieldSet;
}): Effective {
  const order = (['source', 'destination', 'defaults'] as const).flatMap((origin) => {
    const fields = layers[origin];
    return fields === undefined ? [] : [{ origin, fields }];
  });
  const layerOf = (name: FieldName) => order.find(({ fields }) => fields.has(name));
  return {
    // Every value was read by its declaration, which is what the type of the result is made from.
    get: <N extends FieldName>(name: N) =>
      (layerOf(name)?.fields.get(name) ?? findField(name)?.default) as FieldResult<N>,
    originOf: (name) =>
      layerOf(name)?.origin ?? (findField(name)?.default === undefined ? undefined : 'built-in'),
  };
}

/** One field with its value and where that came from, for `show`. */
export interface FieldRow {
  readonly name: FieldName;
  readonly value: unknown;
  readonly origin: FieldOrigin;
}

/** All fields of a place that have a value, in the order of their declaration. */
export function effectiveRows(
  place: 'source' | 'destination' | 'defaults',
  effective: Effective,
): FieldRow[] {
  return FIELDS.flatMap(({ name, places }) => {
    const origin = effective.originOf(name);
    const isHere = (places as readonly string[]).includes(place);
    return isHere && origin !== undefined ? [{ name, value: effective.get(name), origin }] : [];
  });
}
