import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createMailer } from './mailer.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A mail server that takes one mail; answers what it was told, line by line. */
async function mailServer(refuse = false): Promise<{ url: string; lines: string[] }> {
  const lines: string[] = [];
  server = createServer((socket: Socket) => {
    let inData = false;
    socket.write('220 mail.example\r\n');
    socket.on('data', (chunk) => {
      for (const line of String(chunk).split('\r\n').slice(0, -1)) {
        lines.push(line);
        if (inData && line !== '.') continue;
        inData = line === 'DATA';
        if (line === 'DATA') socket.write('354 go on\r\n');
        else if (refuse && line.startsWith('RCPT')) socket.write('550 unknown\r\n');
        else socket.write('250 good\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, lines };
}

const mail = { to: 'ann@example.com', subject: 'Grüße', text: 'Hello\nAnn' };

test('hands a mail in plain text to the mail server', async () => {
  const { url, lines } = await mailServer();
  await createMailer({ url, from: 'Confab <chat@example.com>' }).send(mail);
  expect(lines).toContain('MAIL FROM:<chat@example.com>');
  expect(lines).toContain('RCPT TO:<ann@example.com>');
  expect(lines.join('\n')).toMatch(/From: Confab <chat@example.com>.*Content-Type: text\/plain.*Hello\nAnn/s);
});

test('rejects when the mail server refuses the mail', async () => {
  const { url } = await mailServer(true);
  await expect(createMailer({ url, from: 'chat@example.com' }).send(mail)).rejects.toThrow();
});

test('an address cannot smuggle in a second recipient or a header', async () => {
  const { url, lines } = await mailServer();
  const to = 'ann@example.com,eve@evil.example\r\nBcc: eve@evil.example';
  await createMailer({ url, from: 'chat@example.com' })
    .send({ ...mail, to })
    .catch(() => undefined);
  expect(lines.filter((line) => line.startsWith('RCPT TO:<eve'))).toEqual([]);
  expect(lines.filter((line) => /^Bcc:/i.test(line))).toEqual([]);
});
