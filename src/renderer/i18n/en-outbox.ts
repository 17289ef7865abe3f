/** English: the queue of sealed captures, and verdicts that were reversed. */
export const enOutbox = {
  'outbox.pause': 'Pause sending',
  'outbox.resume': 'Resume sending',
  'outbox.ceiling': 'Speed limit for sending',
  'outbox.ceiling.none': 'No limit (or as installed)',
  'outbox.ceiling.of': '{speed} Mbit/s',
  'outbox.tell.verified': 'Tell the customer: the verification succeeded after all, the service can go on.',
  'outbox.tell.review': 'Tell the customer: the check is not finished, a supervisor will be in touch.',
  'outbox.tell.stopped': 'Hold the service that was opened and ask the customer to come back with the original KTP.',
  'outbox.refused':
    'Not accepted by head office; the evidence stays at this desk. Press “Send now”; if it is refused again, call IT.',
  'outbox.reversal.look': 'See the customer',
  'outbox.reversal.told': 'The customer was told',
};
