import { declareOptions } from './declaration.ts';
import { SECOND } from './duration.ts';
import { reportOptions } from './report-options.ts';

const DEFAULT_MESSAGE = 'Duplicati %OPERATIONNAME% report for %backup-name%\n\n%RESULT%';

/** Telling somebody how it went. */
export const notificationOptions = declareOptions('notifications', [
  {
    name: 'send-mail-to',
    type: 'list',
    summary: 'Sends a report to these mail addresses.',
  },
  {
    name: 'send-mail-from',
    type: 'text',
    default: 'no-reply',
    summary: 'The sender of the mail.',
  },
  {
    name: 'send-mail-subject',
    type: 'text',
    default: 'Duplicati %OPERATIONNAME% report for %backup-name%',
    summary: 'The subject of the mail.',
  },
  {
    name: 'send-mail-body',
    type: 'text',
    default: '%RESULT%',
    summary: 'The text of the mail, or the path of a file that holds it.',
  },
  {
    name: 'send-mail-url',
    type: 'secret',
    summary: 'The mail servers, as smtp://, smtps:// or tls:// addresses separated by semicolons.',
  },
  { name: 'send-mail-username', type: 'text', summary: 'The user name at the mail server.' },
  { name: 'send-mail-password', type: 'secret', summary: 'The password at the mail server.' },
  ...reportOptions('send-mail'),
  {
    name: 'send-http-url',
    type: 'secret',
    summary: 'Posts a report to this address as a form.',
  },
  {
    name: 'send-http-form-urls',
    type: 'secret',
    summary: 'Further such addresses, separated by semicolons.',
  },
  {
    name: 'send-http-json-urls',
    type: 'secret',
    summary: 'Addresses that a report is posted to as JSON, separated by semicolons.',
  },
  {
    name: 'send-http-message',
    type: 'text',
    default: DEFAULT_MESSAGE,
    summary: 'The text of the report.',
  },
  {
    name: 'send-http-message-parameter-name',
    type: 'text',
    default: 'message',
    summary: 'The name of the form field with the text.',
  },
  {
    name: 'send-http-verb',
    type: 'text',
    default: 'POST',
    summary: 'The HTTP verb.',
  },
  {
    name: 'send-http-accept-any-ssl-certificate',
    type: 'flag',
    summary: 'Accepts any certificate, also that of an impostor.',
  },
  {
    name: 'send-http-accept-specified-ssl-hash',
    type: 'text',
    summary: 'Accepts certificates with these SHA-1 fingerprints.',
  },
  {
    name: 'send-http-ignore-revocation-failure',
    type: 'flag',
    summary: 'Accepted a certificate although its revocation could not be looked up.',
    support: 'no-effect',
    reason: 'Revocation is not looked up.',
  },
  {
    name: 'send-http-retries',
    type: 'integer',
    default: 3,
    minimum: 0,
    summary: 'How often a failed report is sent again.',
  },
  {
    name: 'send-http-retry-delay',
    type: 'duration',
    default: SECOND,
    summary: 'How long to wait before that.',
  },
  ...reportOptions('send-http'),
  { name: 'send-xmpp-to', type: 'list', summary: 'Sends a report to these XMPP users.' },
  { name: 'send-xmpp-username', type: 'text', summary: 'The XMPP user who sends it.' },
  { name: 'send-xmpp-password', type: 'secret', summary: 'The password of that user.' },
  {
    name: 'send-xmpp-message',
    type: 'text',
    default: DEFAULT_MESSAGE,
    summary: 'The text of the report.',
  },
  ...reportOptions('send-xmpp'),
  {
    name: 'send-telegram-bot-id',
    type: 'text',
    summary: 'Sends a report through this Telegram bot.',
  },
  { name: 'send-telegram-api-key', type: 'secret', summary: 'The key of the bot.' },
  {
    name: 'send-telegram-channel-id',
    type: 'text',
    summary: 'The channel that the report goes to.',
  },
  {
    name: 'send-telegram-topid-id',
    type: 'text',
    summary: 'The topic in the channel (the option is spelt as in Duplicati).',
  },
  {
    name: 'send-telegram-message',
    type: 'text',
    default: DEFAULT_MESSAGE,
    summary: 'The text of the report.',
  },
  ...reportOptions('send-telegram'),
  {
    name: 'http-report-status-url',
    type: 'secret',
    summary: 'Posts the progress of a running operation to this address.',
  },
  {
    name: 'http-report-status-interval',
    type: 'duration',
    default: 30 * SECOND,
    minimum: SECOND,
    summary: 'How often progress is posted.',
  },
  {
    name: 'http-report-status-max-log-lines',
    type: 'integer',
    default: 20,
    minimum: 0,
    summary: 'How many log lines go with it.',
  },
  {
    name: 'http-report-status-accept-any-ssl-certificate',
    type: 'flag',
    summary: 'Accepts any certificate, also that of an impostor.',
  },
  {
    name: 'http-report-status-accept-specified-ssl-hash',
    type: 'text',
    summary: 'Accepts certificates with these SHA-1 fingerprints.',
  },
  {
    name: 'http-report-status-ignore-revocation-failure',
    type: 'flag',
    summary: 'Accepted a certificate although its revocation could not be looked up.',
    support: 'no-effect',
    reason: 'Revocation is not looked up.',
  },
  {
    name: 'http-report-status-allow-paths-in-log-messages',
    type: 'flag',
    summary: 'Leaves paths in the log lines of progress reports.',
  },
  {
    name: 'allow-paths-in-log-messages',
    type: 'flag',
    summary: 'Leaves paths in the log lines of reports.',
  },
]);
