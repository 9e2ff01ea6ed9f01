import * as z from 'zod/mini';
import { limits } from '../shared/limits.ts';
import { parseAllowed } from './lib/fetch-policy.ts';

const wholeNumber = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/, 'must be a whole number')),
    z.pipe(
      z.transform(Number),
      z.number().check(z.gte(min, `must be at least ${min}`), z.lte(max, `must be at most ${max}`)),
    ),
  );

/** Millionths of what a decimal number says, so that sums are exact. */
const millionths = z.pipe(
  z.string().check(z.regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be a number, as in 0.15')),
  z.transform((value: string) => Math.round(Number(value) * 1_000_000)),
);

const webAddress = (example: string) => z.url({ protocol: /^https?$/, error: `must be an address, as in ${example}` });

/** The entries of a list, which commas or blanks part. */
export function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** Every variable that Confab reads. `.env.example` explains each; a test holds the two against each other. */
export const environmentSchema = z.object({
  NODE_ENV: z._default(z.enum(['development', 'production', 'test']), 'development'),
  HOST: z.optional(z.string()),
  PORT: z._default(wholeNumber(0, 65535), 4000),
  PUBLIC_URL: z.optional(webAddress('https://chat.example.com')),
  TRUST_PROXY: z._default(wholeNumber(0, 10), 0),
  DATABASE_URL: z.optional(z.string()),
  DATABASE_DIRECT_URL: z.optional(z.string()),
  DATABASE_REPLICA_URL: z.optional(z.string()),
  DATABASE_DRIVER: z._default(z.enum(['pg', 'neon']), 'pg'),
  DATABASE_POOLER: z._default(z.enum(['auto', 'pgbouncer', 'none']), 'auto'),
  DATABASE_POOL_MAX: z._default(wholeNumber(1, 100), 6),
  REDIS_URL: z.optional(
    z.url({ protocol: /^rediss?$/, hostname: /^.+$/, error: 'must be an address, as in redis://localhost:6379' }),
  ),
  STORAGE: z.optional(z.literal('memory', 'can only be memory')),
  DATA_DIR: z._default(z.string(), '.data'),
  FILE_STORE: z._default(z.enum(['disk', 's3', 'directus'], 'must be disk, s3 or directus'), 'disk'),
  FILES_DIR: z.optional(z.string()),
  S3_ENDPOINT: z.optional(webAddress('https://s3.example.com')),
  S3_REGION: z._default(z.string(), 'us-east-1'),
  S3_BUCKET: z.optional(z.string()),
  S3_PREFIX: z.optional(z.string().check(z.regex(/^[\w.=/-]*$/, 'can only have letters, digits and . _ - = /'))),
  S3_PATH_STYLE: z.optional(z.enum(['true', 'false'], 'must be true or false')),
  S3_ACCESS_KEY_ID: z.optional(z.string()),
  S3_SECRET_ACCESS_KEY: z.optional(z.string()),
  DIRECTUS_URL: z.optional(webAddress('https://directus.example.com')),
  DIRECTUS_TOKEN: z.optional(z.string()),
  DIRECTUS_FOLDER: z.optional(z.string()),
  LLM_BASE_URL: z._default(webAddress('https://api.openai.com/v1'), 'https://api.openai.com/v1'),
  LLM_API_KEY: z.optional(z.string()),
  LLM_MODEL: z.optional(z.string()),
  LLM_PRICE_IN: z.optional(millionths),
  LLM_PRICE_OUT: z.optional(millionths),
  LLM_MONTHLY_CAP: z.optional(millionths),
  EMBEDDINGS_MODEL: z.optional(z.string()),
  EMBEDDINGS_BASE_URL: z._default(webAddress('https://api.openai.com/v1'), 'https://api.openai.com/v1'),
  EMBEDDINGS_API_KEY: z.optional(z.string()),
  EMBEDDINGS_DIMENSIONS: z.optional(wholeNumber(1, 16_000)),
  EMBEDDINGS_FLOOR: z._default(
    z.pipe(
      z.string().check(z.regex(/^0(\.\d{1,4})?$/, 'must be a number from 0 to 0.9999, as in 0.4')),
      z.transform(Number),
    ),
    0.4,
  ),
  JOBS: z._default(z.enum(['on', 'off']), 'on'),
  DOCUMENT_MAX_MB: z._default(wholeNumber(1, limits.documentBytesMax / 1_000_000), limits.documentBytesMax / 1_000_000),
  DOCUMENT_MAX_PAGES: z._default(wholeNumber(1, 100_000), 5_000),
  DOCUMENT_MAX_SECONDS: z._default(wholeNumber(1, 3_600), 180),
  DOCUMENT_MAX_MEMORY_MB: z._default(wholeNumber(128, 16_384), 1_024),
  SITE_MAX_PAGES: z._default(wholeNumber(1, limits.sitePagesMax), 500),
  SITE_MAX_MINUTES: z._default(wholeNumber(1, 600), 30),
  SESSION_SECRET: z.optional(z.string()),
  ENCRYPTION_KEY: z.optional(z.string()),
  METRICS_TOKEN: z.optional(z.string()),
  OPERATOR_TOKEN: z.optional(z.string().check(z.minLength(32, 'must have at least 32 characters'))),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.optional(webAddress('http://localhost:4318')),
  OTEL_EXPORTER_OTLP_HEADERS: z.optional(
    z.string().check(z.regex(/^\s*[\w-]+=[^,]*(,\s*[\w-]+=[^,]*)*$/, 'must be a list, as in authorization=Bearer%20…')),
  ),
  OTEL_SERVICE_NAME: z._default(z.string(), 'confab'),
  OTEL_TRACES_SAMPLER_ARG: z._default(
    z.pipe(
      z.string().check(z.regex(/^(1(\.0+)?|0(\.\d{1,6})?)$/, 'must be a number from 0 to 1, as in 0.1')),
      z.transform(Number),
    ),
    1,
  ),
  FETCH_ALLOW_PRIVATE: z.optional(
    z
      .string()
      .check(
        z.refine(
          (text) => listed(text).every(parseAllowed),
          'must be a list of host names, addresses and networks (CIDR)',
        ),
      ),
  ),
  SMTP_URL: z.optional(
    z.url({
      protocol: /^smtps?$/,
      hostname: /^.+$/,
      error: 'must be an address, as in smtp://name:password@mail.example.com:587',
    }),
  ),
  SMTP_FROM: z.optional(z.string()),
  REGISTRATION: z._default(z.enum(['open', 'invited'], 'must be open or invited'), 'open'),
  RATE_LIMITS: z._default(z.enum(['on', 'off'], 'must be on or off'), 'on'),
  LOG_LEVEL: z._default(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']), 'info'),
  DEMO: z._default(z.enum(['auto', 'off']), 'auto'),
  COOKIE_SECURE: z.optional(z.enum(['true', 'false'], 'must be true or false')),
});

/** The variables as they are meant, with their defaults. */
export type Environment = z.output<typeof environmentSchema>;
