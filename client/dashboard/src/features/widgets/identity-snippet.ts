/** Languages in which the signing of a visitor's identity is shown. */
export const snippetLanguages = { node: 'Node.js', php: 'PHP', python: 'Python' } as const;
export type SnippetLanguage = keyof typeof snippetLanguages;

const node = `import { createHmac } from 'node:crypto';

// On your server, for whoever is signed in there.
// sub: your own, lasting id of the person. exp: good for an hour.
const claims = {
  sub: user.id,
  name: user.name,
  email: user.email,
  exp: Math.floor(Date.now() / 1000) + 60 * 60,
};
const encode = (value) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
const head = encode({ alg: 'HS256', typ: 'JWT' });
const unsigned = head + '.' + encode(claims);
const secret = process.env.CONFAB_IDENTITY_SECRET;
const signature = createHmac('sha256', secret)
  .update(unsigned)
  .digest('base64url');
const token = unsigned + '.' + signature;`;

const php = `// On your server, for whoever is signed in there.
// sub: your own, lasting id of the person. exp: good for an hour.
$claims = [
  'sub' => (string) $user->id,
  'name' => $user->name,
  'email' => $user->email,
  'exp' => time() + 60 * 60,
];
$encode = fn ($bytes) =>
  rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
$head = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT']));
$unsigned = $head . '.' . $encode(json_encode($claims));
$secret = getenv('CONFAB_IDENTITY_SECRET');
$signature = hash_hmac('sha256', $unsigned, $secret, true);
$token = $unsigned . '.' . $encode($signature);`;

const python = `import os, time
import jwt  # pip install pyjwt

# On your server, for whoever is signed in there.
# sub: your own, lasting id of the person. exp: good for an hour.
claims = {
    "sub": str(user.id),
    "name": user.name,
    "email": user.email,
    "exp": int(time.time()) + 60 * 60,
}
secret = os.environ["CONFAB_IDENTITY_SECRET"]
token = jwt.encode(claims, secret, algorithm="HS256")`;

/** How a site's server signs who somebody is; the secret itself is read from the environment and never in the code. */
export const signingSnippets: Record<SnippetLanguage, string> = { node, php, python };

/** How a page hands the token over. */
export const pageSnippet = `<script>
  window.Confab ||= function () { (Confab.q ||= []).push(arguments); };
  Confab('identify', 'THE TOKEN FROM YOUR SERVER');
  // When the person signs out of your site: Confab('logout');
</script>`;
