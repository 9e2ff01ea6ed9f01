import { createTransport, type Transporter } from 'nodemailer';

/** A mail in plain text: nothing in it can be anything but read. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Sends mails to people. */
export interface Mailer {
  /** Resolves when the mail server has taken it. @throws Error when it has not */
  send(mail: Mail): Promise<void>;
}

const waitMs = 20_000;

/**
 * Sends through the mail server at `url`, as in `smtp://name:password@mail.example.com:587`, or `smtps://` where TLS
 * comes first. A server on another machine must offer TLS: neither the password nor a link travels in the clear.
 */
export function createMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = openTransport(url);
  return {
    async send({ to, subject, text }) {
      // As an object, so that an address with a comma or a line break in it stays one address.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
    },
  };
}

/** Resolves when the mail server lets this server in; nothing is sent. @throws Error when it does not */
export async function verifyMailServer({ url }: { url: string }): Promise<void> {
  const transport = openTransport(url);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function openTransport(url: string): Transporter {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !isLocal,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
