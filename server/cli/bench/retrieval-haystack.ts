import pg from 'pg';
import { mayHaveKin } from '../../retrieval/akin.ts';
import { passageTerms } from '../../retrieval/passage-terms.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import { turn } from '../../retrieval/vocabulary.ts';
import { isCharacter } from '../../text/scripts.ts';

/** Numbers between 0 and 1, the same in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const syllables =
  'ba be bi bo bra ca ce chi co da de di dor du el en er fa fi fo ga ge gra ha he in ja ka ko la le li lo ma me mi mo na ne no or pa pe pi po ra re ri ro sa se si so sta ta te ti to tra tu un va ve vi vo wa we za zo'.split(
    ' ',
  );
const inventedShare = 0.3;
const wordsMin = 50;
const wordsMax = 110;

/**
 * Texts that nobody wrote: most of their words are drawn as often as `texts` have them, the others are invented, with
 * frequencies that fall as those of a language do.
 */
export function makeHaystack(texts: readonly string[], seed: number, inventedWords = 400_000): () => string {
  const random = randomFrom(seed);
  const real = texts.flatMap((text) => text.match(/[\p{L}\p{N}]+/gu) ?? []);
  const invented = (): string => {
    // The inverse of Zipf's law: the nth word is drawn about 1/n as often as the first.
    let rank = Math.floor(inventedWords ** random());
    let word = '';
    do {
      word += syllables[rank % syllables.length];
      rank = Math.floor(rank / syllables.length);
    } while (rank > 0);
    return `${word}x`;
  };
  return () => {
    const length = wordsMin + Math.floor(random() * (wordsMax - wordsMin));
    const words: string[] = [];
    for (let at = 0; at < length; at += 1) {
      const drawn = real[Math.floor(random() * real.length)];
      words.push(drawn === undefined || random() < inventedShare ? invented() : drawn);
    }
    return words.join(' ');
  };
}

const rowsTogether = 2_000;

/** Puts generated passages into the tables of one client, which has some already, past the storage: it is faster. */
export async function plantHaystack(
  url: string,
  { clientId, count, newId, text }: { clientId: string; count: number; newId: () => string; text: () => string },
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set statement_timeout = 0; set maintenance_work_mem = '1GB'; set synchronous_commit = off");
    await client.query('drop index passages_terms_idx');
    await client.query('alter table passages drop constraint passages_chunk_fk');
    const documentId = newId();
    await client.query(
      `insert into documents (client_id, id, kind, name, status, progress, version, begun_version, page_count, word_count, chunk_count, created_at, updated_at)
       values ($1, $2, 'text', 'Haystack', 'ready', 1000, 1, 1, 1, 1, $3, now(), now())`,
      [clientId, documentId, count],
    );
    const counts = await plantRows(client, { clientId, documentId, count, newId, text });
    await plantTerms(client, clientId, counts.terms);
    await client.query(
      `update passage_statistics set passages = passages + $2, title_words = title_words + $3, text_words = text_words + $4,
         languages = jsonb_set(languages, '{en}', to_jsonb(coalesce((languages->>'en')::int, 0) + $2::int))
       where client_id = $1`,
      [clientId, count, counts.titleWords, counts.textWords],
    );
    await client.query('create index passages_terms_idx on passages using gin (terms) with (fastupdate = false)');
    await client.query(
      'alter table passages add constraint passages_chunk_fk foreign key (client_id, chunk_id) references chunks (client_id, id) on delete cascade',
    );
    await client.query('vacuum analyze passages, passage_terms, chunks');
  } finally {
    await client.end();
  }
}

async function plantRows(
  client: pg.Client,
  {
    clientId,
    documentId,
    count,
    newId,
    text,
  }: { clientId: string; documentId: string; count: number; newId: () => string; text: () => string },
) {
  const seed = seedOf(clientId);
  const terms = new Map<number, { term: string | undefined; count: number }>();
  let titleWords = 0;
  let textWords = 0;
  for (let from = 0; from < count; from += rowsTogether) {
    const some = Array.from({ length: Math.min(rowsTogether, count - from) }, (_, at) => {
      const chunk = { id: newId(), number: from + at + 1, titlePath: [] as string[], text: text() };
      return { chunk, passage: passageTerms(chunk, 'en', seed) };
    });
    for (const { passage } of some) {
      titleWords += passage.titleWords;
      textWords += passage.textWords;
      for (const key of passage.keys) {
        const known = terms.get(key);
        if (known) known.count += 1;
        else terms.set(key, { term: passage.terms.get(key), count: 1 });
      }
    }
    const ids = some.map(({ chunk }) => chunk.id);
    await client.query(
      `insert into chunks (client_id, id, document_id, version, number, part_number, title_path, start, "end", text, edited, hidden)
       select $1, c.id, $2, 1, c.number, 1, '{}', 0, 1, c.text, false, false
       from unnest($3::uuid[], $4::int[], $5::text[]) c(id, number, text)`,
      [clientId, documentId, ids, some.map(({ chunk }) => chunk.number), some.map(({ chunk }) => chunk.text)],
    );
    await client.query(
      `insert into passages (client_id, chunk_id, document_id, language, title_words, text_words, terms, vector)
       select $1, p.id, $2, 'en', 0, p.words, p.terms::int[], p.vector
       from unnest($3::uuid[], $4::int[], $5::text[], $6::bytea[]) p(id, words, terms, vector)`,
      [
        clientId,
        documentId,
        ids,
        some.map(({ passage }) => passage.textWords),
        some.map(({ passage }) => `{${passage.keys.join(',')}}`),
        some.map(({ passage }) => Buffer.from(passage.vector)),
      ],
    );
  }
  return { terms, titleWords, textWords };
}

async function plantTerms(
  client: pg.Client,
  clientId: string,
  terms: Map<number, { term: string | undefined; count: number }>,
): Promise<void> {
  const entries = [...terms].map(([key, { term, count }]) => ({ key, term: term ?? '', count }));
  for (let from = 0; from < entries.length; from += 20_000) {
    const some = entries.slice(from, from + 20_000);
    const words = some.map(({ term }) => (mayHaveKin(term) ? term : null));
    await client.query(
      `insert into passage_terms (client_id, key, passages, is_character, word, turned)
       select $1, t.* from unnest($2::int[], $3::int[], $4::bool[], $5::text[], $6::text[]) t
       on conflict (client_id, key) do update set passages = passage_terms.passages + excluded.passages`,
      [
        clientId,
        some.map(({ key }) => key),
        some.map(({ count }) => count),
        some.map(({ term }) => isCharacter(term)),
        words,
        words.map((word) => word && turn(word)),
      ],
    );
  }
}
