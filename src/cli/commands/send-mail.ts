import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { createNotifier, readMailChannel } from '../../notifications/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { describeRun } from '../report-origin.ts';

/** Sends one mail to try the options for that, whatever they say of when to send. */
export async function run({ settings, output, clock, control, redact }: CommandContext): Promise<ExitCode> {
  const notifier = createNotifier({
    settings,
    clock,
    redact,
    log: output,
    channels: [(given) => readMailChannel(given)],
  });
  if (settings.get('send-mail-to') === undefined) {
    throw new CommandLineError('arguments-missing', 'Nothing says whom to send the mail to.', {
      hint: 'Give --send-mail-to=<address>.',
    });
  }
  const text = 'This mail was sent to try the options for mail.';
  const isSent =
    notifier.hasChannels &&
    (await notifier.send(
      {
        operation: 'SendMail',
        kind: 'always',
        result: 'Success',
        text: `${text}\n`,
        data: { MainOperation: 'SendMail', ParsedResult: 'Success', Text: text },
        values: describeRun(settings, []),
      },
      control.signal,
    ));
  if (isSent) output.print('A mail server took the mail.');
  output.printJson({ operation: 'send-mail', isSent });
  return isSent ? EXIT_CODES.success : EXIT_CODES.failed;
}
