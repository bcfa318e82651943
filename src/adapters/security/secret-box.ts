import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Why a sealed text could not be opened. Names the key id at most, never a key, a plain text or a sealed one. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';

  constructor(
    readonly reason: 'malformed' | 'unknownKey' | 'tampered',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Secrets at rest: AES-256-GCM with a ring of keys (DESIGN §2, §4 `ENCRYPTION_KEYS`). The newest key seals, every key
 * opens, and the key's id stands in the text, so that a rotation needs no flag day. The context (installation, purpose)
 * is authenticated with it: a sealed text copied to another row or another column does not open.
 */
@Injectable()
export class SecretBox {
  constructor(private readonly config: AppConfig) {}

  /**
   * Encrypts. The same text sealed twice gives two different texts.
   *
   * @param context where the secret belongs; see `secret-contexts.ts`.
   * @returns `v1:{key id}:{base64url of nonce, cipher text and tag}`.
   */
  seal(plain: string, context: string): string {
    const newest = this.config.encryptionKeys[0];
    if (!newest) throw new SecretBoxError('unknownKey', 'There is no encryption key; set ENCRYPTION_KEYS.');
    const nonce = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', newest.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(authenticated(newest.id, context));
    const box = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}:${newest.id}:${box.toString('base64url')}`;
  }

  /**
   * Decrypts what `seal` made for the same context.
   *
   * @throws SecretBoxError when the text is not one of ours, its key is no longer in the ring, or it was changed or
   *   sealed for another context.
   */
  open(sealed: string, context: string): string {
    const { keyId, box } = parse(sealed);
    const entry = this.config.encryptionKeys.find((one) => one.id === keyId);
    if (!entry)
      throw new SecretBoxError(
        'unknownKey',
        `A stored secret needs the encryption key "${keyId}", which ENCRYPTION_KEYS does not hold. Add it again at the end.`,
      );
    const decipher = createDecipheriv('aes-256-gcm', entry.key, box.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(authenticated(keyId, context));
    decipher.setAuthTag(box.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(box.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      // Node's own error says less and is no type of ours.
      throw new SecretBoxError(
        'tampered',
        'A stored secret does not open: it was changed, belongs to another place, or its key was replaced under the same id.',
      );
    }
  }

  /** True when the newest key sealed it; otherwise it is worth sealing again, so that the old key can be dropped. */
  isCurrent(sealed: string): boolean {
    return parse(sealed).keyId === this.config.encryptionKeys[0]?.id;
  }
}

function parse(sealed: string): { keyId: string; box: Buffer } {
  const match = /^v1:([\w-]+):([\w-]+)$/.exec(sealed);
  const box = Buffer.from(match?.[2] ?? '', 'base64url');
  if (!match || box.length < IV_BYTES + TAG_BYTES)
    throw new SecretBoxError('malformed', 'A stored secret is not in a form that this program writes.');
  return { keyId: match[1]!, box };
}

/** What the tag protects besides the text. Version and key id may hold no separator, so two contexts never meet. */
function authenticated(keyId: string, context: string): Buffer {
  return Buffer.from(`${VERSION}:${keyId}:${context}`, 'utf8');
}
