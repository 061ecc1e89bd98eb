/** Telling somebody how it went: reports by mail, HTTP, XMPP and Telegram, and the state of a run while it goes on. */

export { readMailChannel } from './channels/mail.ts';
export { NotificationError, type NotificationErrorCode } from './error.ts';
export { type LiveProgress, type LiveStatus, type LiveStatusContext, openLiveStatus } from './live-status.ts';
export { LogLines } from './log-lines.ts';
export { createNotifier, type Notifier, type NotifierContext } from './notifier.ts';
export type { Report, ReportResult } from './report.ts';
