/** Ids are UUIDv7 made by the application; the brands keep one kind from standing in for another. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/**
 * The id of a tenant. It is obtained only from a row the server has read (a membership, a widget, an API key, a job),
 * so a URL parameter does not compile where one is wanted.
 */
export type ClientId = Branded<'ClientId'>;

/** Any UUID in its canonical text form, lower or upper case. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
