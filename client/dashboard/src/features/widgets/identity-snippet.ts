/** Languages in which the signing of a visitor's identity is shown. */
export const snippetLanguages = { node: 'Node.js', php: 'PHP', python: 'Python' } as const;
export type SnippetLanguage = keyof typeof snippetLanguages;

const node = `import { createHmac } from 'node:crypto';

// On your server, for whoever is signed in there.
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payload = {
  sub: user.id,                                  // your own, lasting id of the person
  name: user.name,
  email: user.email,
  exp: Math.floor(Date.now() / 1000) + 60 * 60,  // good for an hour
};
const unsigned = \`\${encode({ alg: 'HS256', typ: 'JWT' })}.\${encode(payload)}\`;
const secret = process.env.CONFAB_IDENTITY_SECRET;
const token = \`\${unsigned}.\${createHmac('sha256', secret).update(unsigned).digest('base64url')}\`;`;

const php = `// On your server, for whoever is signed in there.
$encode = fn ($value) => rtrim(strtr(base64_encode($value), '+/', '-_'), '=');
$payload = [
  'sub' => (string) $user->id,   // your own, lasting id of the person
  'name' => $user->name,
  'email' => $user->email,
  'exp' => time() + 60 * 60,     // good for an hour
];
$unsigned = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . $encode(json_encode($payload));
$secret = getenv('CONFAB_IDENTITY_SECRET');
$token = $unsigned . '.' . $encode(hash_hmac('sha256', $unsigned, $secret, true));`;

const python = `import os, time
import jwt  # pip install pyjwt

# On your server, for whoever is signed in there.
token = jwt.encode(
    {
        "sub": str(user.id),              # your own, lasting id of the person
        "name": user.name,
        "email": user.email,
        "exp": int(time.time()) + 60 * 60,  # good for an hour
    },
    os.environ["CONFAB_IDENTITY_SECRET"],
    algorithm="HS256",
)`;

/** How a site's server signs who somebody is; the secret itself is read from the environment and never in the code. */
export const signingSnippets: Record<SnippetLanguage, string> = { node, php, python };

/** How a page hands the token over. */
export const pageSnippet = `<script>
  window.Confab ||= function () { (Confab.q ||= []).push(arguments); };
  Confab('identify', 'THE TOKEN FROM YOUR SERVER');
  // When the person signs out of your site: Confab('logout');
</script>`;
