import { verifyMailServer } from '../../../mail/mailer.ts';
import { type Check, green, reasonOf, red, yellow } from '../check.ts';

/** Whether the mail server lets this server in. No mail is sent. */
export function mailCheck(mailServer: { url: string } | undefined): Check {
  return {
    id: 'mail',
    title: 'Mail',
    async run() {
      if (!mailServer)
        return yellow(
          'No mail server is set: links for a new password are in the log, to be passed on by hand.',
          'Set SMTP_URL and SMTP_FROM if people are to get them themselves.',
        );
      try {
        await verifyMailServer(mailServer);
        return green('The mail server lets this server in.');
      } catch (error) {
        return red(
          `The mail server does not let this server in: ${reasonOf(error)}.`,
          'Correct SMTP_URL: host, port, name and password; the port must be open from here, with TLS.',
        );
      }
    },
  };
}
