import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { countBytes } from './counted-bytes.ts';
import type { FileStore } from './file-store.ts';
import { FileStoreError, faultOf } from './file-store-error.ts';

/** A bucket, and the way to it. */
export interface S3Settings {
  /** Undefined: Amazon's own, by region. */
  endpoint: string | undefined;
  region: string;
  bucket: string;
  /** Put before every key. */
  prefix: string;
  /** The bucket stands in the path and not in the host name, as most servers other than Amazon's want it. */
  pathStyle: boolean;
}

export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

const keyForm = /^[0-9a-f]{40}$/;
const partBytes = 8 * 1024 * 1024;
const checkTimeoutMs = 8_000;

/**
 * Files as objects of a bucket. The client is loaded here, so that nobody else pays for it. Without keys the machine's
 * own are used: environment, profile, or role.
 * @throws FileStoreError when the bucket is not there, not allowed, or not reached within 8 s
 */
export async function openS3FileStore(settings: S3Settings, keys: S3Keys | undefined): Promise<FileStore> {
  const [s3, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const client = new s3.S3Client({
    region: settings.region,
    forcePathStyle: settings.pathStyle,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(keys ? { credentials: keys } : {}),
    // Many servers that speak S3 refuse the newer checksums in trailers; the connection guards the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  });
  const abortSignal = AbortSignal.timeout(checkTimeoutMs);
  try {
    // Needs the right to list: without it S3 answers 403 in place of 404, and no missing file is known as one.
    await client.send(new s3.HeadBucketCommand({ Bucket: settings.bucket }), { abortSignal });
  } catch (error) {
    client.destroy();
    throw new FileStoreError(bucketFault(error, settings), { cause: error });
  }

  const objectOf = (key: string) => ({ Bucket: settings.bucket, Key: settings.prefix + key });

  return {
    async put(bytes) {
      const key = randomBytes(20).toString('hex');
      const counted = countBytes(bytes);
      const upload = new Upload({
        client,
        params: { ...objectOf(key), ContentType: 'application/octet-stream', Body: Readable.from(counted) },
        partSize: partBytes,
        // At most this many parts of one file are in memory.
        queueSize: 2,
      });
      try {
        await upload.done();
      } catch (error) {
        throw counted.sourceFault ? counted.sourceFault.error : refused('keep a file', error);
      }
      return { key, sizeBytes: counted.sizeBytes };
    },

    async open(key) {
      if (!keyForm.test(key)) return undefined;
      const found = await unlessMissing('read a file', client.send(new s3.GetObjectCommand(objectOf(key))));
      return found?.Body as Readable | undefined;
    },

    async stat(key) {
      if (!keyForm.test(key)) return undefined;
      const found = await unlessMissing('look for a file', client.send(new s3.HeadObjectCommand(objectOf(key))));
      return found && { sizeBytes: found.ContentLength ?? 0 };
    },

    async remove(key) {
      if (!keyForm.test(key)) return;
      await unlessMissing('remove a file', client.send(new s3.DeleteObjectCommand(objectOf(key))));
    },
  };
}

function bucketFault(error: unknown, { bucket, endpoint, region }: S3Settings): string {
  const where = endpoint ?? `Amazon S3 in ${region}`;
  const status = statusOf(error);
  if (status === 404) return `There is no bucket "${bucket}" at ${where}: create it, or correct S3_BUCKET.`;
  if (status === 301 || status === 400) {
    return `The bucket "${bucket}" cannot be used at ${where} (status ${status}): check S3_REGION and S3_ENDPOINT.`;
  }
  if (status === 401 || status === 403) {
    return `The S3 keys may not use the bucket "${bucket}" at ${where}: check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and that they may list, read, write and delete there.`;
  }
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return 'There are no S3 keys: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give this machine a role.';
  }
  if (status !== undefined) return `The bucket "${bucket}" at ${where} cannot be used: it answered ${status}.`;
  return `${where} cannot be reached for the bucket "${bucket}" (${faultOf(error)}): check S3_ENDPOINT.`;
}

const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** What went wrong without what was sent: requests carry keys. */
function refused(deed: string, error: unknown): FileStoreError {
  const status = statusOf(error);
  const reason = error instanceof Error && status !== undefined ? `${error.name}, status ${status}` : faultOf(error);
  return new FileStoreError(`S3 did not ${deed}: ${reason}.`);
}

async function unlessMissing<T>(deed: string, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NoSuchKey' || name === 'NotFound') return undefined;
    throw refused(deed, error);
  }
}
